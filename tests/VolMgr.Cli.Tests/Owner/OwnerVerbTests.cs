using System.Diagnostics;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Owner;

/// <summary>The verbs that change a lab that is up, with the real program.</summary>
public sealed class OwnerVerbTests
{
    [Fact]
    public void A_hidden_lun_is_gone_after_a_scan_and_comes_back()
    {
        using TestProgram program = TestProgram.WithLab();
        Assert.Contains("pure0_0012", program.Run("vxdisk", "list").Output, StringComparison.Ordinal);
        Assert.Equal(
            "LUN pure0/0012 is hidden from host host1\n",
            program.Run("lun", "unpresent", "pure0/0012", "--host", "host1").Output);
        Assert.Equal("LUN pure0/0012 is hidden already\n", program.Run("lun", "unpresent", "pure0/0012").Output);
        Assert.Contains("hidden from host1", program.Run("lab", "show").Output, StringComparison.Ordinal);
        Assert.Equal(0, program.Run("vxdisk", "scandisks").ExitCode);
        Assert.DoesNotContain("pure0_0012", program.Run("vxdisk", "list").Output, StringComparison.Ordinal);
        Assert.Equal(0, program.Run("lun", "present", "pure0/0012").ExitCode);
        program.Run("vxdisk", "scandisks");
        Assert.Contains("pure0_0012", program.Run("vxdisk", "list").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Shell_and_exec_have_the_commands_on_their_path()
    {
        using TestProgram program = TestProgram.WithLab();
        string direct = program.Run("vxdisk", "list").Output;
        Assert.Equal(direct, program.Run("exec", "--", "vxdisk", "list").Output);
        ProgramResult shell = program.RunWith(
            "read line\nvxdisk list | wc -l\necho \"$line $VOLMGR_LAB\"\nexit 7\nfirst\n",
            ("SHELL", "/bin/bash"),
            "shell");
        Assert.Equal(7, shell.ExitCode);
        ProgramResult script = program.Run("exec", "--", "sh", "-c", "vxdisk list | head -n 1; exit 5");
        Assert.Equal((5, direct.Split('\n')[0] + "\n"), (script.ExitCode, script.Output));
    }

    [Fact]
    public void Commands_in_a_script_leave_its_standard_input_alone()
    {
        using TestProgram program = TestProgram.WithLab();
        ProgramResult result = program.RunWith(
            "one\ntwo\n", null, "exec", "--", "sh", "-c", "vxdisk list >/dev/null; cat");
        Assert.Equal("one\ntwo\n", result.Output);
    }

    [Fact]
    public void The_populated_lab_has_vol01_on_two_disks_of_the_old_array()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        ProgramResult listing = program.Run("vxprint", "-g", "datadg", "-ht", "vol01");
        Assert.Equal((0, ""), (listing.ExitCode, listing.Error));
        Assert.Contains("ENABLED", listing.Output, StringComparison.Ordinal);
        Assert.Equal(2, listing.Output.Split('\n').Count(line => line.StartsWith("sd ", StringComparison.Ordinal)));
    }

    /// <summary>
    /// Goal: an image lands on the volume with its holes, and a crash right after loses nothing. Method: a sparse image
    /// with data at its start, middle and odd end is loaded, the owner is killed, the volume is read over the protocol.
    /// </summary>
    [Fact]
    public async Task A_loaded_image_is_on_the_volume_after_a_crash()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        string image = Path.Combine(program.Folder, "image");
        byte[] piece = new byte[100_000];
        new Random(7).NextBytes(piece);
        await using (FileStream file = File.Create(image))
        {
            await file.WriteAsync(piece, TestContext.Current.CancellationToken);
            file.Seek(1200L << 20, SeekOrigin.Begin);
            await file.WriteAsync(piece, TestContext.Current.CancellationToken);
        }

        ProgramResult loaded = program.Run("volume", "load", "--group", "datadg", "--volume", "vol01", image);
        Assert.Equal((0, ""), (loaded.ExitCode, loaded.Error));
        Assert.Equal(0, program.Run("host", "crash").ExitCode);
        CancellationToken token = TestContext.Current.CancellationToken;
        var request = new OpenVolumeRequest("", "datadg", "vol01");
        await using VolumeClient volume = await VolumeClient.OpenAsync(program.Lab, request, token);
        byte[] read = new byte[200 * 512];
        await volume.ReadAsync(1200L << 20, read, token);
        Assert.Equal(piece, read[..piece.Length]);
        Assert.All(read[piece.Length..], value => Assert.Equal(0, value));
        await volume.ReadAsync(0, read, token);
        Assert.Equal(piece, read[..piece.Length]);
    }

    [Fact]
    public async Task A_volume_in_use_or_too_small_is_not_loaded()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        string image = Path.Combine(program.Folder, "image");
        await File.WriteAllBytesAsync(image, new byte[4096], TestContext.Current.CancellationToken);
        string[] load = ["volume", "load", "--group", "datadg", "--volume", "vol01", image];
        await using (await VolumeClient.OpenAsync(
            program.Lab, new OpenVolumeRequest("", "datadg", "vol01"), TestContext.Current.CancellationToken))
        {
            ProgramResult used = program.Run(load);
            Assert.Equal(3, used.ExitCode);
            Assert.Contains("is open", used.Error, StringComparison.Ordinal);
        }

        Assert.True(TestProgram.WaitUntil(() => program.Run(load).ExitCode == 0));
        await using (FileStream file = File.OpenWrite(image))
        {
            file.SetLength(2L << 30);
        }

        Assert.Contains("grow the volume", program.Run(load).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_goes_away_ends_the_command_quietly()
    {
        using TestProgram program = TestProgram.WithLab();
        program.Run("vxdisk", "list");
        var clock = Stopwatch.StartNew();
        ProgramResult result = program.Run("exec", "--", "bash", "-c", "vxdisk list | true; echo ${PIPESTATUS[0]}");
        Assert.Equal("", result.Error);
        Assert.Contains(result.Output.Trim(), new[] { "0", "141" });
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
    }
}
