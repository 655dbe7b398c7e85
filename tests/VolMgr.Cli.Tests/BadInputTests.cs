namespace VolMgr.Cli.Tests;

/// <summary>Wrong input gives one sentence on standard error, an exit code, and no stack trace.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData(2, "see 'volmgr --help'", "")]
    [InlineData(2, "nonsense", "nonsense")]
    [InlineData(2, "see 'volmgr lab --help'", "lab")]
    [InlineData(2, "see 'volmgr lab create --help'", "lab create")]
    [InlineData(2, "--bad", "lab create x --bad")]
    [InlineData(2, "there are migration, populated, cluster", "lab create x --template nope")]
    [InlineData(2, "exclude each other", "lab create x --template migration --topology y")]
    [InlineData(3, "cannot read nofile", "lab create x --topology nofile")]
    [InlineData(3, "does not exist", "lab show nowhere")]
    [InlineData(3, "does not exist", "lab check nowhere")]
    [InlineData(3, "does not exist", "lab clone nowhere x")]
    [InlineData(3, "does not exist", "lab destroy nowhere")]
    [InlineData(3, "does not exist", "vxprint")]
    [InlineData(3, "does not exist", "shell")]
    [InlineData(3, "does not exist", "host crash")]
    [InlineData(2, "--volume", "volume load --group g x")]
    [InlineData(2, "LUN", "lun present")]
    [InlineData(2, "COMMAND", "exec")]
    public void Wrong_usage_and_missing_labs(int exitCode, string expected, string arguments)
    {
        using var program = new TestProgram();
        ProgramResult result = program.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        AssertOneSentence(result, exitCode, expected);
    }

    [Fact]
    public void Without_VOLMGR_LAB_the_remedy_is_named()
    {
        using var program = new TestProgram();
        foreach (string command in new[] { "vxdisk", "shell", "host", "lun" })
        {
            string[] arguments = command switch
            {
                "host" => ["host", "crash"],
                "lun" => ["lun", "present", "x"],
                _ => [command],
            };
            ProgramResult result = program.RunWith(null, ("VOLMGR_LAB", null), arguments);
            AssertOneSentence(result, 2, "volmgr lab create DIR");
        }
    }

    [Theory]
    [InlineData("", "no valid lab topology")]
    [InlineData("format: 99\narrays: []\nhosts: []\n", "format")]
    [InlineData("\t{{{", "line ")]
    [InlineData("format: 1\n", "arrays")]
    public void A_lab_whose_topology_is_broken_is_refused(string yaml, string expected)
    {
        using var program = new TestProgram();
        Directory.CreateDirectory(program.Lab.Root);
        File.WriteAllText(program.Lab.TopologyFile, yaml);
        AssertOneSentence(program.Run("vxdisk", "list"), 3, expected);
        AssertOneSentence(program.Run("lab", "show"), 3, expected);
        AssertOneSentence(program.Run("lab", "create", "x", "--topology", program.Lab.TopologyFile), 3, expected);
        Assert.False(Directory.Exists(Path.Combine(program.Folder, "x")));
    }

    [Fact]
    public void Commands_on_a_lab_refuse_what_is_not_there()
    {
        using TestProgram program = TestProgram.WithLab();
        AssertOneSentence(program.Run("lun", "present", "emc9/0001"), 3, "it has emc0/01f4");
        AssertOneSentence(program.Run("lun", "present", "emc0/01f4", "--host", "hostx"), 3, "it has host1");
        AssertOneSentence(program.Run("host", "reboot", "hostx"), 3, "it has host1");
        AssertOneSentence(
            program.Run("volume", "load", "--group", "nodg", "--volume", "v", "/etc/passwd"),
            3,
            "nodg is not imported");
        Assert.Equal(127, program.Run("vxnothing").ExitCode);
        AssertOneSentence(program.Run("exec", "--", "no-such-program"), 126, "cannot run no-such-program");
    }

    private static void AssertOneSentence(ProgramResult result, int exitCode, string expected)
    {
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
        Assert.Equal(exitCode, result.ExitCode);
    }
}
