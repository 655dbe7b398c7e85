using System.Diagnostics;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Tests.Owner;

/// <summary>The owner's life, with the real program and real processes.</summary>
public sealed class OwnerLifeTests
{
    private const int Terminate = 15;
    private const int Kill = 9;

    [Fact]
    public void The_first_command_starts_an_owner_and_the_next_one_finds_it()
    {
        using TestProgram program = TestProgram.WithLab();
        Assert.False(PidFile.IsHeld(program.Lab));
        ProgramResult first = program.Run("vxdisk", "list");
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Contains("emc0_01f4", first.Output, StringComparison.Ordinal);
        int owner = program.OwnerProcessId;
        Assert.True(owner > 0);
        Assert.Equal(first.Output, program.Run("vxdisk", "list").Output);
        Assert.Equal(owner, program.OwnerProcessId);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(program.Lab.RunFolder));
    }

    [Fact]
    public void Clients_that_race_start_one_owner()
    {
        using TestProgram program = TestProgram.WithLab();
        Process[] clients = [.. Enumerable.Range(0, 6).Select(_ => program.Start(null, "vxdisk", "list"))];
        ProgramResult[] results = [.. clients.Select(TestProgram.Finish)];
        Assert.All(results, result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));
        string log = File.ReadAllText(program.Lab.OwnerLog);
        Assert.Equal(2, log.Split(" is ready, process ").Length);
    }

    [Fact]
    public void An_owner_without_work_leaves_and_the_next_command_starts_another()
    {
        using TestProgram program = TestProgram.WithLab(idleSeconds: "0.3");
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
        Assert.True(TestProgram.WaitUntil(() => !PidFile.IsHeld(program.Lab)));
        Assert.False(File.Exists(program.Lab.ControlSocket));
        string log = File.ReadAllText(program.Lab.OwnerLog);
        Assert.Contains("no client and no task for 0.3 s", log, StringComparison.Ordinal);
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
    }

    [Fact]
    public void A_terminated_owner_stops_cleanly()
    {
        using TestProgram program = TestProgram.WithLab();
        program.Run("vxdisk", "list");
        _ = Native.SendSignal(program.OwnerProcessId, Terminate);
        Assert.True(TestProgram.WaitUntil(() => !PidFile.IsHeld(program.Lab)));
        Assert.EndsWith("stopped\n", File.ReadAllText(program.Lab.OwnerLog), StringComparison.Ordinal);
        Assert.False(File.Exists(program.Lab.ControlSocket));
    }

    [Fact]
    public void After_kill_the_next_command_boots_again_over_what_was_left()
    {
        using TestProgram program = TestProgram.WithLab();
        program.Run("vxdisk", "list");
        int owner = program.OwnerProcessId;
        _ = Native.SendSignal(owner, Kill);
        Assert.True(TestProgram.WaitUntil(() => !PidFile.IsHeld(program.Lab)));
        Assert.True(File.Exists(program.Lab.ControlSocket));
        ProgramResult next = program.Run("vxdisk", "list");
        Assert.Equal((0, ""), (next.ExitCode, next.Error));
        Assert.NotEqual(owner, program.OwnerProcessId);
    }

    [Fact]
    public void Who_deletes_the_run_folder_lets_no_second_owner_in_beside_the_first()
    {
        using TestProgram program = TestProgram.WithLab();
        program.Run("vxdisk", "list");
        using Process first = Process.GetProcessById(program.OwnerProcessId);
        Directory.Delete(program.Lab.RunFolder, recursive: true);
        using (PidFile? second = PidFile.TryAcquire(program.Lab))
        {
            Assert.Null(second); // the first one sees within seconds that its file is gone, and leaves
        }

        ProgramResult next = program.Run("vxdisk", "list");
        Assert.Equal((0, ""), (next.ExitCode, next.Error));
        Assert.True(first.WaitForExit(TimeSpan.FromSeconds(5))); // it had given the lab up, and ends
        Assert.NotEqual(first.Id, program.OwnerProcessId);
    }

    [Fact]
    public void An_owner_leaves_when_its_lab_is_deleted()
    {
        using TestProgram program = TestProgram.WithLab(idleSeconds: "4");
        program.Run("vxdisk", "list");
        using Process owner = Process.GetProcessById(program.OwnerProcessId);
        Directory.Delete(program.Lab.Root, recursive: true);
        Assert.True(owner.WaitForExit(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_path_too_long_for_a_socket_works()
    {
        using TestProgram program = TestProgram.WithLab(lab: new string('y', 150));
        Assert.Equal((0, ""), (program.Run("vxdisk", "list").ExitCode, program.Run("vxdisk", "list").Error));
        Assert.NotNull(new FileInfo(program.Lab.ControlSocket).LinkTarget);
        Assert.Equal(0, program.Run("host", "shutdown", "--all").ExitCode);
    }

    [Fact]
    public void The_owner_does_not_keep_the_pipe_of_the_command_that_started_it()
    {
        using TestProgram program = TestProgram.WithLab();
        var start = new ProcessStartInfo("/bin/sh", ["-c", "\"$1\" vxdisk list | wc -l", "sh", ProgramPath])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["VOLMGR_LAB"] = program.Lab.Root;
        start.Environment["VOLMGR_IDLE_SECONDS"] = "30";
        using Process? shell = Process.Start(start);
        Assert.NotNull(shell);
        Assert.Equal("9", shell.StandardOutput.ReadToEnd().Trim());
        Assert.True(PidFile.IsHeld(program.Lab));
    }

    [Fact]
    public void Host_crash_ends_the_owner_and_a_reboot_brings_the_host_back()
    {
        using TestProgram program = TestProgram.WithLab();
        program.Run("vxdisk", "list");
        int owner = program.OwnerProcessId;
        ProgramResult crash = program.Run("host", "crash");
        Assert.Equal((0, ""), (crash.ExitCode, crash.Error));
        Assert.False(PidFile.IsHeld(program.Lab));
        Assert.Equal("host host1 was down\n", program.Run("host", "crash").Output);
        ProgramResult reboot = program.Run("host", "reboot");
        Assert.Equal((0, "host host1 was down\nhost host1 is up\n"), (reboot.ExitCode, reboot.Output));
        Assert.NotEqual(owner, program.OwnerProcessId);
    }

    [Fact]
    public void In_a_lab_of_two_hosts_one_crashes_and_the_other_goes_on()
    {
        using TestProgram program = TestProgram.WithLab("cluster");
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
        Assert.Equal(0, program.RunWith(null, ("VOLMGR_HOST", "host2"), "vxdisk", "list").ExitCode);
        int owner = program.OwnerProcessId;
        Assert.Equal("host host2 has crashed\n", program.Run("host", "crash", "host2").Output);
        Assert.Equal("host host2 was down\n", program.Run("host", "shutdown", "host2").Output);
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
        Assert.Equal(0, program.RunWith(null, ("VOLMGR_HOST", "host2"), "vxdisk", "list").ExitCode);
        Assert.Equal(owner, program.OwnerProcessId);
        ProgramResult unknown = program.RunWith(null, ("VOLMGR_HOST", "host3"), "vxdisk", "list");
        Assert.Equal(3, unknown.ExitCode);
        Assert.EndsWith("has no host host3; it has host1, host2\n", unknown.Error, StringComparison.Ordinal);
    }

    private static string ProgramPath => VolMgr.Cli.Protocol.OwnerStarter.ProgramPath;
}
