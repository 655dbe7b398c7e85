namespace VolMgr.Cli.Tests;

/// <summary>volmgr help and volmgr completion, as one types them; neither needs a lab.</summary>
public sealed class HelpVerbTests : IDisposable
{
    private readonly TestProgram program = new();

    public void Dispose() => program.Dispose();

    [Fact]
    public void The_page_of_a_command_is_shown_without_a_lab()
    {
        ProgramResult result = program.Run("help", "vxassist");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("vxassist - ", result.Output, StringComparison.Ordinal);
        Assert.Contains("\nEXIT STATUS\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_without_a_word_lists_commands_and_verbs()
    {
        ProgramResult result = program.Run("help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("    vxprint ", result.Output, StringComparison.Ordinal);
        Assert.Contains("    rehearse ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_of_a_verb_is_that_of_the_verb()
    {
        Assert.Equal(program.Run("migrate", "--help").Output, program.Run("help", "migrate").Output);
    }

    [Fact]
    public void Help_of_nothing_known_says_where_to_look()
    {
        ProgramResult result = program.Run("help", "vxnothing");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("volmgr: no command is called 'vxnothing'; 'volmgr help' lists what there is\n", result.Error);
    }

    [Fact]
    public void The_pages_are_written_for_man()
    {
        string folder = Path.Combine(program.Folder, "man");

        Assert.Equal(0, program.Run("help", "--man", folder).ExitCode);
        Assert.StartsWith(
            ".TH VXDG 1M ", File.ReadAllText(Path.Combine(folder, "man1", "vxdg.1m")), StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_that_cannot_be_written_are_one_sentence()
    {
        ProgramResult result = program.Run("help", "--man", "/proc/nothing");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("name a directory that can be written", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_completion_knows_the_verbs()
    {
        ProgramResult result = program.Run("completion", "bash");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("complete -o default -F _volmgr volmgr\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("_volmgr_verbs[lab]='", result.Output, StringComparison.Ordinal);
    }
}
