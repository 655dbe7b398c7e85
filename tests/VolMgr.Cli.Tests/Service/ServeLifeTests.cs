using System.Diagnostics;
using System.Globalization;
using System.Net;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Tests.Service;

/// <summary>The life of 'volmgr serve', with the real program.</summary>
public sealed class ServeLifeTests
{
    private const int HangUp = 1;
    private const int Terminate = 15;
    private const int Kill = 9;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void It_prints_the_uris_then_ready_and_stops_cleanly()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        using ServedLab served = ServedLab.Start(program, "--nbd-tcp", "localhost:0");
        Assert.Equal($"nbd+unix:///datadg/vol01?socket={program.Lab.NbdSocket}", served.Lines[0]);
        Assert.Matches("^nbd://127.0.0.1:[0-9]+/datadg/vol01$", served.Lines[1]);
        Assert.Equal(2, served.Lines.Count);
        Assert.Equal(served.Process.Id, program.OwnerProcessId);
        foreach (string socket in new[] { program.Lab.NbdSocket, program.Lab.HttpSocket, program.Lab.ControlSocket })
        {
            Assert.Equal(Private, File.GetUnixFileMode(socket));
        }

        Assert.Equal(0, program.Run("vxprint", "-ht").ExitCode);
        served.Signal(Terminate);
        (int exitCode, string error) = served.Stop(); // the second signal changes nothing
        Assert.Equal(0, exitCode);
        Assert.Contains("Stopped", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(program.Lab.RunFolder, "*.sock"));
        Assert.False(PidFile.IsHeld(program.Lab));
    }

    [Fact]
    public void A_second_one_is_refused_and_the_first_goes_on()
    {
        using TestProgram program = TestProgram.WithLab();
        using ServedLab served = ServedLab.Start(program);
        ProgramResult second = program.Run("serve");
        Assert.Equal((3, ""), (second.ExitCode, second.Output));
        Assert.Equal(
            $"volmgr: cannot serve lab {program.Lab.Root}: 'volmgr serve' holds it (process {served.Process.Id}), stop "
            + "that one with SIGTERM, or bring the lab down with 'volmgr host shutdown --all'\n",
            second.Error);
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
        Assert.Equal(3, program.Run("lab", "clone", program.Lab.Root, program.Lab.Root + "2").ExitCode);
        Assert.Equal(0, program.Run("host", "shutdown", "--all").ExitCode);
        Assert.Equal(0, served.Wait().ExitCode);
    }

    [Fact]
    public void An_idle_owner_is_asked_to_leave_and_one_with_a_client_is_not()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
        using var owner = Process.GetProcessById(program.OwnerProcessId);
        using (TinyNbdClient client = TinyNbdClient.Open(program.Lab, "datadg/vol01"))
        {
            Assert.True(client.IsOpen);
            ProgramResult refused = program.Run("serve");
            Assert.Equal(3, refused.ExitCode);
            Assert.Contains("NBD clients are connected", refused.Error, StringComparison.Ordinal);
        }

        Assert.True(TestProgram.WaitUntil(() => ServesAndStops(program)));
        Assert.True(owner.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_hang_up_finds_a_lun_that_was_presented()
    {
        using TestProgram program = TestProgram.WithLab();
        Assert.Equal(0, program.Run("lun", "unpresent", "pure0/0012").ExitCode);
        Assert.Equal(0, program.Run("host", "shutdown", "--all").ExitCode);
        using ServedLab served = ServedLab.Start(program);
        Assert.Equal(0, program.Run("lun", "present", "pure0/0012").ExitCode);
        Assert.DoesNotContain("pure0_0012", program.Run("vxdisk", "list").Output, StringComparison.Ordinal);
        served.Signal(HangUp);
        Assert.True(TestProgram.WaitUntil(() => program.Run("vxdisk", "list").Output.Contains("pure0_0012")));
        Assert.Contains("Rescanned the devices of 1 hosts", served.Stop().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lab_with_a_long_path_is_served_by_short_sockets()
    {
        using TestProgram program = TestProgram.WithLab("populated", new string('y', 150));
        using ServedLab served = ServedLab.Start(program);
        string uri = Assert.Single(served.Lines);
        Assert.StartsWith("nbd+unix:///datadg/vol01?socket=/tmp/volmgr-", uri, StringComparison.Ordinal);
        using (TinyNbdClient client = TinyNbdClient.Open(program.Lab, "datadg/vol01"))
        {
            Assert.True(client.IsOpen);
        }

        using HttpResponseMessage health = await served.Http.GetAsync(
            new Uri("health", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        string target = new FileInfo(program.Lab.NbdSocket).LinkTarget ?? "";
        Assert.True(File.Exists(target));
        Assert.Equal(0, served.Stop().ExitCode);
        Assert.False(File.Exists(target));
    }

    [Fact]
    public void What_a_killed_one_left_behind_is_replaced()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        using (ServedLab killed = ServedLab.Start(program))
        {
            killed.Signal(Kill);
            Assert.True(killed.Process.WaitForExit(TimeSpan.FromSeconds(10)));
        }

        Assert.True(File.Exists(program.Lab.NbdSocket));
        using ServedLab served = ServedLab.Start(program);
        using TinyNbdClient client = TinyNbdClient.Open(program.Lab, "");
        Assert.True(client.IsOpen);
        Assert.Equal(0, served.Stop().ExitCode);
    }

    [Fact]
    public void It_ends_with_a_failure_when_its_lab_is_deleted()
    {
        using TestProgram program = TestProgram.WithLab();
        using ServedLab served = ServedLab.Start(program);
        Directory.Delete(program.Lab.Root, recursive: true);
        Assert.Equal(1, served.Wait().ExitCode);
    }

    [Fact]
    public void A_host_that_the_lab_has_not_is_refused()
    {
        using TestProgram program = TestProgram.WithLab();
        ProgramResult result = program.RunWith(null, ("VOLMGR_HOST", "host9"), "serve");
        Assert.Equal((3, ""), (result.ExitCode, result.Output));
        Assert.Contains("has no host host9; it has host1", result.Error, StringComparison.Ordinal);
        Assert.False(PidFile.IsHeld(program.Lab));
    }

    [Fact]
    public void Log_lines_can_be_json()
    {
        using TestProgram program = TestProgram.WithLab();
        using ServedLab served = ServedLab.Start(program, "--log-format", "json");
        string[] lines = served.Stop().Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        foreach (string line in lines)
        {
            using var entry = System.Text.Json.JsonDocument.Parse(line);
            Assert.Equal("Information", entry.RootElement.GetProperty("LogLevel").GetString());
        }

        string id = served.Process.Id.ToString(CultureInfo.InvariantCulture);
        Assert.Contains(lines, line => line.Contains($"\"processId\":{id}", StringComparison.Ordinal));
    }

    private static bool ServesAndStops(TestProgram program)
    {
        try
        {
            using ServedLab served = ServedLab.Start(program);
            return served.Stop().ExitCode == 0;
        }
        catch (InvalidOperationException)
        {
            return false; // the owner has not yet seen that its client went
        }
    }
}
