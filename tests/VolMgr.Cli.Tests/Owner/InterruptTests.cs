using System.Diagnostics;

namespace VolMgr.Cli.Tests.Owner;

/// <summary>Ctrl-C and killed clients, with the real program.</summary>
public sealed class InterruptTests
{
    private const int Interrupt = 2;
    private const int Kill = 9;

    [Fact]
    public void Ctrl_C_ends_a_command_that_waits_with_the_shells_exit_code()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        using Process copy = StartLongCopy(program);
        _ = Native.SendSignal(copy.Id, Interrupt);
        ProgramResult result = TestProgram.Finish(copy);
        Assert.Equal(130, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_background_copy_outlives_its_command_and_keeps_the_owner()
    {
        using TestProgram program = TestProgram.WithLab("populated", idleSeconds: "0.2");
        PrepareTarget(program);
        Fill(program);
        string[] mirror = ["vxassist", "-g", "datadg", "-b", "-t", "slowcopy", "-o", "slow=200", "mirror", "vol01"];
        ProgramResult started = program.Run([.. mirror, "enclr:pure0"]);
        Assert.Equal((0, ""), (started.ExitCode, started.Error));
        int owner = program.OwnerProcessId;
        Thread.Sleep(1000); // five times the idle limit
        Assert.Equal(owner, program.OwnerProcessId);
        Assert.Contains("slowcopy", program.Run("vxtask", "-l", "list", "slowcopy").Output, StringComparison.Ordinal);
        Assert.Equal(0, program.Run("vxtask", "abort", "slowcopy").ExitCode);
        Assert.True(TestProgram.WaitUntil(() => !VolMgr.Cli.Owner.PidFile.IsHeld(program.Lab)));
    }

    [Fact]
    public void A_killed_client_leaves_the_owner_and_its_lab_alone()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        using (Process copy = StartLongCopy(program))
        {
            _ = Native.SendSignal(copy.Id, Kill);
            copy.WaitForExit();
        }

        Assert.Equal((0, ""), (program.Run("vxprint", "-g", "datadg", "-ht").ExitCode, ""));
    }

    private static Process StartLongCopy(TestProgram program)
    {
        PrepareTarget(program);
        Fill(program);
        Process copy = program.Start(
            null, "vxassist", "-g", "datadg", "-t", "slowcopy", "-o", "slow=5000", "mirror", "vol01", "enclr:pure0");
        Assert.True(TestProgram.WaitUntil(
            () => program.Run("vxtask", "list", "slowcopy").Output.Contains("ATCOPY", StringComparison.Ordinal)));
        return copy;
    }

    private static void PrepareTarget(TestProgram program)
    {
        foreach (string disk in new[] { "pure0_0012", "pure0_0013" })
        {
            Assert.Equal(0, program.Run("vxdisksetup", "-i", disk).ExitCode);
            Assert.Equal(0, program.Run("vxdg", "-g", "datadg", "adddisk", $"new{disk[^1]}={disk}").ExitCode);
        }
    }

    /// <summary>Data for the copy: 64 MiB, at a fifth of a second a step it would take a minute.</summary>
    private static void Fill(TestProgram program)
    {
        string image = Path.Combine(program.Folder, "image");
        byte[] bytes = new byte[64 << 20];
        new Random(11).NextBytes(bytes);
        File.WriteAllBytes(image, bytes);
        Assert.Equal(
            0, program.Run("volume", "load", "--group", "datadg", "--volume", "vol01", image).ExitCode);
    }
}
