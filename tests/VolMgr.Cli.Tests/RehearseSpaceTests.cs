namespace VolMgr.Cli.Tests;

/// <summary>A rehearsal over files that the file system cannot hold is refused before it writes anything.</summary>
public sealed class RehearseSpaceTests
{
    [Fact]
    public void A_rehearsal_that_the_file_system_cannot_hold_is_refused_and_leaves_nothing()
    {
        using var program = new TestProgram();
        string lab = Path.Combine(program.Folder, "new", "lab");
        ProgramResult result = program.Run("rehearse", "--lab", lab, "--size", "4t", "--volumes", "32");
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.EndsWith("give a smaller --size, another --lab, or --virtual\n", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab));
    }
}
