using System.Diagnostics;
using VolMgr.Commands.Manual;

namespace VolMgr.Commands.Tests.Manual;

/// <summary>The manual says what the tables of the commands say, no less and no more.</summary>
public sealed class ManualTests
{
    public static TheoryData<string> Commands => [.. CommandSet.Names];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_keyword_is_explained_and_nothing_else_is(string name)
    {
        CommandDefinition definition = Find(name);
        string[] keywords = [.. definition.Verbs.Select(verb => verb.Keyword).Where(word => word.Length > 0)];

        Assert.Equal(keywords.Distinct().Order(StringComparer.Ordinal), Keys(name, "Keywords"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_option_is_explained_and_nothing_else_is(string name)
    {
        CommandDefinition definition = Find(name);
        IEnumerable<string> options = definition.Verbs.SelectMany(verb => verb.Options)
            .Where(letter => letter != 'o').Distinct().Select(letter => $"-{letter}");

        Assert.Equal(options.Order(StringComparer.Ordinal), Keys(name, "Options"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_word_of_o_is_explained_and_nothing_else_is(string name)
    {
        CommandDefinition definition = Find(name);
        IEnumerable<string> words = definition.Verbs.SelectMany(verb => verb.UseOptions).Distinct();

        Assert.Equal(words.Order(StringComparer.Ordinal), Keys(name, "Words of -o"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_text_has_a_synopsis_of_each_verb_and_fits_80_columns(string name)
    {
        string text = CommandManual.Text(name) ?? "";
        string oneLine = string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

        Assert.All(
            Find(name).Verbs,
            verb => Assert.Contains($"{name} {verb.Usage}".Trim(), oneLine, StringComparison.Ordinal));
        Assert.All(
            text.Split('\n').Where(line => line.Trim().Contains(' ', StringComparison.Ordinal)),
            line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void There_is_no_page_of_a_command_that_does_not_exist()
    {
        Assert.Null(CommandManual.Text("vxnothing"));
        Assert.Null(CommandManual.Roff("vxnothing"));
        Assert.Null(CommandManual.SummaryOf("vxnothing"));
    }

    [Fact]
    public void Text_that_looks_like_a_request_of_roff_is_text()
    {
        var page = new ManualPage(
            "vxtest", "try", [new ManualSection("Description", [new ManualBlock.Paragraph(".SH a\\b -x")])]);

        Assert.Contains("\n\\&.SH a\\eb \\-x\n", ManualRoff.Of(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Bash_reads_the_completion_and_offers_keywords_options_and_nothing_of_a_lab_that_is_down()
    {
        Assert.Equal("mirror", Complete("vxassist", "-g", "datadg", "mir").Trim());
        Assert.Equal("-f -g -o -t -v", Complete("vxplex", "-").Trim());
        Assert.Equal("", Complete("vxassist", "-g", "da").Trim());
        Assert.Equal("", Complete("vxassist", "mirror", "vo").Trim());
    }

    private static string Complete(params string[] words)
    {
        string list = string.Join(' ', words.Select(word => $"'{word}'"));
        string script = BashCompletion.Script()
            + $"COMP_WORDS=({list}); COMP_CWORD={words.Length - 1}; VOLMGR_LAB=/nonexistent _volmgr_vx; "
            + "echo \"${COMPREPLY[*]}\"\n";
        var start = new ProcessStartInfo("bash", ["-u", "-s"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process bash = Process.Start(start)!;
        bash.StandardInput.Write(script);
        bash.StandardInput.Close();
        string error = bash.StandardError.ReadToEnd();
        string output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        Assert.Equal("", error);
        return output;
    }

    private static CommandDefinition Find(string name) =>
        CommandCatalogue.All.Single(each => each.Name == name);

    private static IEnumerable<string> Keys(string name, string section) =>
        ManualPage.Of(Find(name)).Sections.Where(each => each.Title == section)
            .SelectMany(each => each.Entries).Select(entry => entry.Key).Order(StringComparer.Ordinal);
}
