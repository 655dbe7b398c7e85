namespace VolMgr.Cli.Tests.Virtual;

/// <summary>Virtual-time labs as a user has them: by the program.</summary>
public sealed class VirtualLabTests : IDisposable
{
    private readonly TestProgram program = new();

    public VirtualLabTests() => Done("lab", "create", program.Lab.Root, "--virtual", "--luns", "3");

    public void Dispose() => program.Dispose();

    /// <summary>A volume of a tebibyte, by the commands of a person; each finds what the one before left.</summary>
    [Fact]
    public void A_volume_of_a_tebibyte_is_made_mirrored_and_migrated_by_hand()
    {
        Assert.Contains("time is virtual", Done("lab", "show"), StringComparison.Ordinal);
        foreach (string disk in (string[])["emc0_01f4", "emc0_01f5", "pure0_0012", "pure0_0013"])
        {
            Done("vxdisksetup", "-i", disk);
        }

        Done("vxdg", "init", "dg", "old1=emc0_01f4", "old2=emc0_01f5", "new1=pure0_0012", "new2=pure0_0013");
        Done("vxassist", "-g", "dg", "make", "vol01", "1500g", "old1", "old2");
        Done("vxassist", "-g", "dg", "-b", "mirror", "vol01", "enclr:pure0");
        string mirrored = Done("vxprint", "-g", "dg", "-ht", "vol01");
        Assert.Equal(2, mirrored.Split('\n').Count(line =>
            line.StartsWith("pl ", StringComparison.Ordinal)
            && line.Contains("ENABLED  ACTIVE", StringComparison.Ordinal)));
        Assert.Equal("", Done("vxtask", "-q", "list"));
        Assert.Contains("2 plexes are equal", Done("verify"), StringComparison.Ordinal);
        Done("vxplex", "-g", "dg", "-o", "rm", "dis", "vol01-01");
        Done("migrate", "--group", "dg", "--to", "emc0");
        Assert.DoesNotContain("pure0", Done("vxprint", "-g", "dg", "-ht"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(program.Lab.Root, "arrays")), "LUNs have no files");

        Done("lab", "reset");
        Assert.DoesNotContain("dg", Done("vxdg", "list"), StringComparison.Ordinal);
    }

    /// <summary>A command that waits for its copy: the waiting stays in the simulated world.</summary>
    [Fact]
    public void Copies_in_the_foreground_end_with_their_commands()
    {
        foreach (string disk in (string[])["emc0_01f4", "pure0_0012", "pure0_0013"])
        {
            Done("vxdisksetup", "-i", disk);
        }

        Done("vxdg", "init", "dg", "old1=emc0_01f4", "new1=pure0_0012", "new2=pure0_0013");
        Done("vxassist", "-g", "dg", "make", "vol01", "1g", "old1");
        Done("vxassist", "-g", "dg", "mirror", "vol01", "new1");
        Done("fault", "inject", "lun-failed", "pure0/0012");
        Assert.Contains("DETACHED NODEVICE", Done("vxprint", "-g", "dg", "-ht"), StringComparison.Ordinal);
        Done("fault", "clear", "--all");
        Done("vxreattach", "-r");
        Assert.DoesNotContain("DETACHED", Done("vxprint", "-g", "dg", "-p"), StringComparison.Ordinal);
        Assert.Contains("2 plexes are equal", Done("verify"), StringComparison.Ordinal);
        Done("vxassist", "-g", "dg", "-b", "mirror", "vol01", "new2");
        Assert.Equal(0, program.Run("vxtask", "monitor").ExitCode);
    }

    [Fact]
    public void What_needs_real_time_is_refused_by_name()
    {
        foreach ((string[] words, string instead) in new (string[], string)[]
        {
            (["serve"], "NBD and HTTP clients live in real time"),
            (["host", "crash"], "'volmgr rehearse --crashes N' crashes them"),
            (["lun", "unpresent", "emc0/01f4"], "unpresented"),
            (["lab", "check"], "its LUNs are no files"),
            (["lab", "clone", program.Lab.Root, program.Lab.Root + "2"], "cp -r"),
            (["migrate", "--group", "dg", "--to", "emc0", "--background"], "time passes only while a command runs"),
        })
        {
            ProgramResult refused = program.Run(words);
            Assert.Equal(3, refused.ExitCode);
            Assert.StartsWith($"volmgr: volmgr {words[0]}", refused.Error, StringComparison.Ordinal);
            Assert.Contains("whose time is virtual: ", refused.Error, StringComparison.Ordinal);
            Assert.Contains(instead, refused.Error, StringComparison.Ordinal);
            Assert.Single(refused.Error.TrimEnd().Split('\n'));
        }

        ProgramResult populated = program.Run(
            "lab", "create", program.Lab.Root + "3", "--virtual", "--template", "populated");
        Assert.Equal(3, populated.ExitCode);
        Assert.Contains("take modelled", populated.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rehearsal_leaves_its_lab_as_it_was_and_tells_the_virtual_time()
    {
        string[] words = ["rehearse", "--lab", program.Lab.Root, "--size", "64m", "--volumes", "1", "--seed", "3"];
        ProgramResult first = program.Run(words);
        ProgramResult second = program.Run(words);

        Assert.Equal(0, first.ExitCode);
        Assert.Equal(first.Output, second.Output);
        Assert.Contains("Result: pass (seed 3)", first.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n\d+ min \d+ s virtual in \d+ s real\n", first.Error);
        Assert.False(File.Exists(program.Lab.VirtualContent), "the rehearsal worked on LUNs of its own");
    }

    [Fact]
    public void Rehearsals_do_not_mix_the_two_clocks()
    {
        ProgramResult missing = program.Run("rehearse", "--virtual", "--lab", program.Lab.Root + "4");
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("volmgr lab create", missing.Error, StringComparison.Ordinal);
        using TestProgram real = TestProgram.WithLab();
        ProgramResult mixed = program.Run("rehearse", "--virtual", "--lab", real.Lab.Root);
        Assert.Equal(2, mixed.ExitCode);
        Assert.Contains("is a real-time lab", mixed.Error, StringComparison.Ordinal);
    }

    private string Done(params string[] words)
    {
        ProgramResult result = program.Run(words);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', words)}: {result.ExitCode} {result.Error}");
        return result.Output;
    }
}
