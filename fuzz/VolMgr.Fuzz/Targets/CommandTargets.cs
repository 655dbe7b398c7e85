using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using VolMgr.Blocks;
using VolMgr.Cli.Verbs;
using VolMgr.Commands;

namespace VolMgr.Fuzz.Targets;

/// <summary>Whole command lines, from the tables of the commands themselves.</summary>
internal static class CommandTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } = [new CommandsTarget(), new VerbsTarget()];
}

/// <summary>Command lines as text: one a line, words apart by blanks, quotes around words with blanks.</summary>
internal abstract partial class LinesTarget : IFuzzTarget
{
    private const int MostLines = 12;

    public abstract string Name { get; }

    public abstract string What { get; }

    public bool IsText => true;

    public void Run(ReadOnlySpan<byte> input) => Run(
        [.. Encoding.UTF8.GetString(input).Split('\n').Select(Words).Where(words => words.Length > 0).Take(MostLines)]);

    public byte[]? Generate(Random random) => Encoding.UTF8.GetBytes(string.Concat(
        Enumerable.Range(0, random.Next(1, 6)).Select(_ => string.Join(' ', Line(random).Select(Quoted)) + "\n")));

    protected abstract void Run(IReadOnlyList<string[]> lines);

    protected abstract IEnumerable<string> Line(Random random);

    protected static T Pick<T>(Random random, IReadOnlyList<T> all) => all[random.Next(all.Count)];

    private static string Quoted(string word) =>
        word.Length == 0 || word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word;

    private static string[] Words(string line) =>
        [.. Word().Matches(line).Select(match => match.Value.StartsWith('\'') ? match.Value.Trim('\'') : match.Value)];

    [GeneratedRegex("'[^']*'|\\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}

/// <summary>vx* commands on a host in memory: each is answered, and the records stay sound.</summary>
internal sealed partial class CommandsTarget : LinesTarget
{
    private static readonly string[] Objects =
    [
        "datadg", "vol01", "vol01-01", "vol01-02", "datadg01", "datadg02", "datadg02-01", "datadg01-01", "emc0_01f4",
        "emc0_01f5", "emc0_01f6", "pure0_0012", "emc0", "pure0", "nowhere", "newdg", "c0", "c2", "host1", "names",
        "desc", "all", "mirror", "log", "vol02",
    ];

    private static readonly string[] Values =
    [
        "1m", "4m", "1", "0", "-1", "2048", "99999999999999999999", "9223372036854775807", "", "=", "a=b", "x y", "-",
        "--", "%", "!datadg01", "enclr:pure0", "datadg02", "clean", "active", "empty", "on", "off", "yes", "stripe",
        "mirror", "2", "64", "datadg01-01:0/0", "datadg01,0,2048", "vol01-01", "\u00e9", "%s%n", "on\toff", "gen",
        "+1m",
    ];

    private static readonly CommandDefinition[] Definitions =
        [.. CommandCatalogue.All.Where(definition => definition.Name != "vxnotify")];

    public override string Name => "commands";

    public override string What => "lines of vx* commands, run one after the other on a host in memory";

    protected override void Run(IReadOnlyList<string[]> lines) => CommandWorld.RunAsync(lines).GetAwaiter().GetResult();

    protected override IEnumerable<string> Line(Random random)
    {
        CommandDefinition definition = Pick(random, Definitions);
        Verb verb = Pick(random, definition.Verbs);
        yield return definition.Name;
        foreach (string option in Options(random, definition))
        {
            yield return option;
        }

        if (random.Next(4) > 0 && verb.Usage.Contains("-g ", StringComparison.Ordinal))
        {
            yield return "-g";
            yield return "datadg";
        }

        if (verb.Keyword.Length > 0)
        {
            yield return verb.Keyword;
        }

        string[] attributes = [.. Attribute().Matches(verb.Usage).Select(match => match.Value), "comment="];
        for (int count = random.Next(5); count > 0; count--)
        {
            yield return random.Next(5) switch
            {
                0 => Pick(random, attributes) + Pick(random, random.Next(2) == 0 ? Values : Objects),
                1 => Pick(random, Values),
                _ => Pick(random, Objects),
            };
        }
    }

    private static IEnumerable<string> Options(Random random, CommandDefinition definition)
    {
        char[] letters = [.. (definition.Table.Known + definition.Table.Refused).Where(letter => letter != ':')];
        for (int count = letters.Length == 0 ? 0 : random.Next(3); count > 0; count--)
        {
            char letter = Pick(random, letters);
            yield return $"-{letter}";
            if (definition.Table.TakesValue(letter) && random.Next(8) > 0)
            {
                string[] words = [.. definition.Verbs.SelectMany(verb => verb.UseOptions), "force", "rm"];
                yield return letter == 'o' ? Pick(random, words) : Pick(random, random.Next(2) == 0 ? Values : Objects);
            }
        }
    }

    [GeneratedRegex("[a-z_]+=", RegexOptions.CultureInvariant)]
    private static partial Regex Attribute();
}

/// <summary>volmgr's own command lines, parsed and not run, and their completion.</summary>
internal sealed class VerbsTarget : LinesTarget
{
    private static readonly RootCommand Root = VerbTree.Create();

    private static readonly string[] Values =
        ["lab", "datadg", "vol01", "1g", "0", "-1", "99999999999999999999", "", "x y", "--", "-", "a=b", "[x]"];

    public override string Name => "verbs";

    public override string What => "lines of volmgr's own verbs, parsed, explained and completed";

    protected override void Run(IReadOnlyList<string[]> lines)
    {
        foreach (string[] words in lines)
        {
            // A word that begins with @ names a file of words: the program would read it.
            ParseResult parsed = Root.Parse([.. words.Where(word => !word.StartsWith('@'))]);
            Invariant.Holds(parsed.Errors.Count == 0 || VerbTree.Explain(parsed).Length > 0);
            _ = parsed.GetCompletions().Count();
        }
    }

    protected override IEnumerable<string> Line(Random random)
    {
        Command command = Root;
        while (command.Subcommands.Count > 0 && random.Next(8) > 0)
        {
            command = Pick(random, [.. command.Subcommands]);
            yield return command.Name;
        }

        for (int count = random.Next(5); count > 0; count--)
        {
            if (command.Options.Count > 0 && random.Next(2) == 0)
            {
                yield return Pick(random, [.. command.Options]).Name;
            }

            yield return Pick(random, Values);
        }
    }
}
