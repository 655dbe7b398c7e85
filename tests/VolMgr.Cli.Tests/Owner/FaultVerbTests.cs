namespace VolMgr.Cli.Tests.Owner;

/// <summary>volmgr fault, with the real program.</summary>
public sealed class FaultVerbTests
{
    [Fact]
    public void A_fault_is_injected_listed_kept_over_a_shutdown_and_cleared()
    {
        using TestProgram program = TestProgram.WithLab();
        Assert.StartsWith("no fault is at work\n", program.Run("fault", "list").Output, StringComparison.Ordinal);
        Assert.Equal("fault 1: port-down emc0:1\n", program.Run("fault", "inject", "port-down", "emc0:1").Output);
        string scenario = Path.Combine(program.Folder, "night");
        File.WriteAllText(scenario, "# the night\nlun-slow emc0/01f4 ms=5\npath-busy host1:sdc\n");
        Assert.Equal(
            "fault 2: lun-slow emc0/01f4 ms=5\nfault 3: path-busy host1:sdc count=3\n",
            program.Run("fault", "inject", "--file", scenario).Output);

        Assert.Equal(0, program.Run("vxdisk", "scandisks").ExitCode);
        Assert.Contains(
            "sdb          DISABLED", program.Run("vxdmpadm", "getsubpaths").Output, StringComparison.Ordinal);
        Assert.Equal(0, program.Run("host", "shutdown", "--all").ExitCode);
        Assert.Contains("   1  port-down emc0:1\n", program.Run("fault", "list").Output, StringComparison.Ordinal);
        Assert.Contains(
            "sdb          DISABLED", program.Run("vxdmpadm", "getsubpaths").Output, StringComparison.Ordinal);

        Assert.Equal("fault 1 cleared\n", program.Run("fault", "clear", "1").Output);
        Assert.Equal("2 faults cleared\n", program.Run("fault", "clear", "--all").Output);
        Assert.Equal(0, program.Run("vxdmpadm", "enable", "ctlr=c2").ExitCode);
        Assert.DoesNotContain("DISABLED", program.Run("vxdmpadm", "getsubpaths").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_done_is_one_sentence_and_an_exit_code()
    {
        using TestProgram program = TestProgram.WithLab();
        foreach ((int exitCode, string line) in new[]
        {
            (3, "inject meteor emc0"), (3, "inject port-down emc0:9"), (3, "inject lun-slow emc0/01f4 speed=1"),
            (3, "clear 7"), (2, "inject port-down"), (2, "inject --file nowhere"), (2, "clear"),
        })
        {
            ProgramResult result = program.Run(["fault", .. line.Split(' ')]);
            Assert.Equal(
                (line, exitCode, "", 1),
                (line, result.ExitCode, result.Output, result.Error.Count(letter => letter == '\n')));
        }
    }
}
