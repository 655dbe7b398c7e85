using VolMgr.Volumes;

namespace VolMgr.Commands.Parsing;

/// <summary>
/// A command line taken apart: options, keyword, options again, operands. Options that take effect nowhere are refused
/// here, so that no verb can forget one.
/// </summary>
internal sealed class CommandLine
{
    private CommandLine()
    {
    }

    /// <summary>What is wrong with the line, or null.</summary>
    public Refusal? Refusal { get; private init; }

    /// <summary>The verb; null if the line is wrong before it or asks for help.</summary>
    public Verb? Verb { get; private init; }

    /// <summary>The options.</summary>
    public ParsedOptions Options { get; private init; } = new();

    /// <summary>The operands.</summary>
    public IReadOnlyList<string> Operands { get; private init; } = [];

    /// <summary>The words of <c>-o</c>.</summary>
    public IReadOnlyDictionary<string, string> UseOptions { get; private init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Takes a line apart by the tables of its command.</summary>
    public static CommandLine Parse(CommandDefinition definition, IReadOnlyList<string> arguments)
    {
        ParsedOptions options = new();
        Outcome<int> taken = options.Take(definition.Table, arguments, 0);
        if (!taken.IsDone)
        {
            return new CommandLine { Refusal = taken.Refusal, Verb = definition.Only };
        }

        int next = taken.Value;
        Verb? verb = definition.Only;
        if (verb is not null && next < arguments.Count && definition.RefusedKeywords.Contains(arguments[next]))
        {
            return new CommandLine { Refusal = Refused(definition, arguments[next]), Verb = verb };
        }

        if (verb is null)
        {
            if (next == arguments.Count)
            {
                return new CommandLine { Refusal = new Refusal(ErrorCode.Usage, "No keyword given") };
            }

            string keyword = arguments[next++];
            verb = definition.Verbs.FirstOrDefault(each => each.Keyword == keyword);
            if (verb is null)
            {
                return keyword == "help" ? new CommandLine() : new CommandLine
                {
                    Refusal = definition.RefusedKeywords.Contains(keyword)
                        ? Refused(definition, keyword)
                        : new Refusal(ErrorCode.Usage, $"{keyword}: Unrecognized keyword"),
                };
            }

            taken = options.Take(definition.Table, arguments, next);
            if (!taken.IsDone)
            {
                return new CommandLine { Refusal = taken.Refusal, Verb = verb };
            }

            next += taken.Value;
        }

        Outcome<IReadOnlyDictionary<string, string>> words = WordsOf(definition, verb, options);
        return new CommandLine
        {
            Refusal = RefusedOption(definition, verb, options) ?? words.Refusal,
            Verb = verb,
            Options = options,
            Operands = [.. arguments.Skip(next)],
            UseOptions = words.IsDone ? words.Value : new Dictionary<string, string>(StringComparer.Ordinal),
        };
    }

    private static Refusal Refused(CommandDefinition definition, string word) =>
        Refusals.Unsupported(word, definition.Remedies.GetValueOrDefault(word));

    private static Refusal? RefusedOption(CommandDefinition definition, Verb verb, ParsedOptions options)
    {
        foreach (char letter in options.Letters)
        {
            if (definition.Table.IsRefused(letter))
            {
                return Refused(definition, $"-{letter}");
            }

            if (!verb.Options.Contains(letter) && letter != 'o') // what -o asks for is judged word by word
            {
                return new Refusal(
                    ErrorCode.Usage, $"-{letter}: Option does not apply to {definition.Name} {verb.Keyword}".TrimEnd());
            }
        }

        return null;
    }

    private static Outcome<IReadOnlyDictionary<string, string>> WordsOf(
        CommandDefinition definition, Verb verb, ParsedOptions options)
    {
        Dictionary<string, string> words = new(StringComparer.Ordinal);
        foreach (string word in options.Words('o'))
        {
            int equals = word.IndexOf('=');
            string name = equals < 0 ? word : word[..equals];
            if (!verb.UseOptions.Contains(name))
            {
                return definition.RefusedUseOptions.Contains(name) || KnownSomewhere(definition, name)
                    ? Refusals.Unsupported($"-o {name} with {definition.Name} {verb.Keyword}".TrimEnd())
                    : new Refusal(ErrorCode.Usage, $"-o {name}: Unknown option");
            }

            words[name] = equals < 0 ? "" : word[(equals + 1)..];
        }

        return words;
    }

    private static bool KnownSomewhere(CommandDefinition definition, string name) =>
        definition.Verbs.Any(verb => verb.UseOptions.Contains(name));
}
