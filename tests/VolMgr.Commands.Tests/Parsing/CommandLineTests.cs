using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Tests.Parsing;

/// <summary>Command lines taken apart by the tables of their commands.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string, string> RefusedOptions()
    {
        TheoryData<string, string> rows = [];
        foreach (CommandDefinition definition in CommandCatalogue.All)
        {
            foreach (char letter in definition.Table.Refused.Where(letter => letter != ':'))
            {
                rows.Add(definition.Name, $"-{letter}");
            }
        }

        return rows;
    }

    public static TheoryData<string, string> RefusedKeywords()
    {
        TheoryData<string, string> rows = [];
        foreach (CommandDefinition definition in CommandCatalogue.All)
        {
            foreach (string keyword in definition.RefusedKeywords)
            {
                rows.Add(definition.Name, keyword);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(RefusedOptions))]
    public void An_option_of_the_real_command_is_refused_by_name(string command, string option)
    {
        CommandDefinition definition = Definition(command);
        List<string> words = definition.Table.TakesValue(option[1]) ? [option, "value"] : [option];
        if (definition.Only is null)
        {
            words.Add(definition.Verbs[0].Keyword);
        }

        Refusal? refusal = CommandLine.Parse(definition, words).Refusal;

        Assert.Equal(ErrorCode.Unsupported, refusal?.Code);
        Assert.StartsWith(option + ":", refusal?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(RefusedKeywords))]
    public void A_keyword_of_the_real_command_is_refused_by_name(string command, string keyword)
    {
        Refusal? refusal = CommandLine.Parse(Definition(command), [keyword]).Refusal;

        Assert.Equal(ErrorCode.Unsupported, refusal?.Code);
        Assert.StartsWith(keyword + ":", refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_of_o_is_honoured_by_a_verb_or_refused_by_name_never_ignored()
    {
        foreach (CommandDefinition definition in CommandCatalogue.All)
        {
            string[] words = [.. definition.RefusedUseOptions,
                .. definition.Verbs.SelectMany(verb => verb.UseOptions).Distinct()];
            foreach ((Verb verb, string word) in definition.Verbs.Where(verb => verb.UseOptions.Count > 0)
                .SelectMany(verb => words.Select(word => (verb, word))))
            {
                string[] line = verb.Keyword.Length == 0 ? ["-o", word] : ["-o", word, verb.Keyword];
                Refusal? refusal = CommandLine.Parse(definition, line).Refusal;
                Assert.Equal(
                    verb.UseOptions.Contains(word) ? null : ErrorCode.Unsupported, refusal?.Code);
            }
        }
    }

    [Fact]
    public void An_option_is_accepted_by_each_verb_that_honours_it_and_wrong_with_any_other()
    {
        foreach (CommandDefinition definition in CommandCatalogue.All)
        {
            foreach ((Verb verb, char letter) in definition.Verbs.SelectMany(
                verb => definition.Table.Known.Where(letter => letter is not ':' and not 'o')
                    .Select(letter => (verb, letter))))
            {
                string[] option = definition.Table.TakesValue(letter) ? [$"-{letter}", "value"] : [$"-{letter}"];
                Verb first = definition.Verbs.First(each => each.Keyword == verb.Keyword);
                Refusal? refusal = CommandLine.Parse(
                    definition, verb.Keyword.Length == 0 ? option : [.. option, verb.Keyword]).Refusal;
                Assert.Equal(first.Options.Contains(letter) ? null : ErrorCode.Usage, refusal?.Code);
            }
        }
    }

    [Fact]
    public void No_option_or_keyword_is_both_supported_and_refused()
    {
        foreach (CommandDefinition definition in CommandCatalogue.All)
        {
            Assert.DoesNotContain(
                definition.Table.Known, letter => letter != ':' && definition.Table.IsRefused(letter));
            Assert.Empty(definition.Verbs.Select(verb => verb.Keyword).Intersect(definition.RefusedKeywords));
            foreach (Verb verb in definition.Verbs)
            {
                Assert.All(verb.Options, letter => Assert.Contains(letter, definition.Table.Known));
                Assert.Empty(verb.UseOptions.Intersect(definition.RefusedUseOptions));
                Assert.True(
                    verb.UseOptions.Count == 0 || definition.Table.TakesValue('o'),
                    $"{definition.Name} takes -o words");
            }

            Assert.All(
                definition.Table.Known.Where(letter => letter is not ':' and not 'o'),
                letter => Assert.Contains(definition.Verbs, verb => verb.Options.Contains(letter)));
        }
    }

    [Theory]
    [InlineData("vxprint", "-j")]
    [InlineData("vxdg", "-g")]
    [InlineData("vxdg", "-j list")]
    [InlineData("vxdisk", "-o nonsense list")]
    [InlineData("vxdisk", "nonsense")]
    [InlineData("vxdisk", "")]
    [InlineData("vxdg", "-k list")]
    public void A_wrong_line_is_wrong_usage(string command, string line) =>
        Assert.Equal(ErrorCode.Usage, CommandLine.Parse(Definition(command), Words(line)).Refusal?.Code);

    [Fact]
    public void Letters_may_be_joined_and_values_may_be_joined_to_their_letter()
    {
        CommandLine line = CommandLine.Parse(Definition("vxprint"), Words("-htgdatadg -- -name"));

        Assert.Null(line.Refusal);
        Assert.True(line.Options.Has('h'));
        Assert.True(line.Options.Has('t'));
        Assert.Equal("datadg", line.Options.Value('g'));
        Assert.Equal(["-name"], line.Operands);
    }

    [Fact]
    public void Options_may_stand_on_both_sides_of_the_keyword()
    {
        CommandLine line = CommandLine.Parse(Definition("vxtask"), Words("-g datadg list -l mig1"));

        Assert.Null(line.Refusal);
        Assert.True(line.Options.Has('l'));
        Assert.Equal(["mig1"], line.Operands);
    }

    [Fact]
    public void Words_of_o_may_be_joined_by_commas_and_repeated()
    {
        ParsedOptions options = new();
        Outcome<int> taken = options.Take(new OptionTable("o:"), Words("-o slow=100,iosize=1m -o force x"), 0);

        Assert.Equal(4, taken.Value);
        Assert.Equal(["slow=100", "iosize=1m", "force"], options.Words('o'));
    }

    [Theory]
    [InlineData("a=1 b=2", "a")]
    [InlineData("a=1 a=2", "a")]
    public void An_attribute_that_is_not_taken_or_given_twice_is_named(string line, string taken)
    {
        Outcome<Attributes> split = Attributes.Split(Words(line), taken);

        Assert.False(split.IsDone);
        Assert.Equal(ErrorCode.Usage, split.Refusal.Code);
    }

    private static CommandDefinition Definition(string name) =>
        CommandCatalogue.All.First(definition => definition.Name == name);

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
