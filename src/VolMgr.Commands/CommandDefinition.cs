using VolMgr.Commands.Parsing;

namespace VolMgr.Commands;

/// <summary>A vx* command: its options, its verbs, and what it refuses by name.</summary>
/// <param name="Name">The command.</param>
/// <param name="Table">All options of the real command.</param>
/// <param name="Verbs">What it can do. A single verb with an empty keyword takes everything.</param>
internal sealed record CommandDefinition(string Name, OptionTable Table, IReadOnlyList<Verb> Verbs)
{
    /// <summary>Keywords of the real command that are refused by name.</summary>
    public IReadOnlyList<string> RefusedKeywords { get; init; } = [];

    /// <summary>Words of <c>-o</c> of the real command that are refused by name.</summary>
    public IReadOnlyList<string> RefusedUseOptions { get; init; } = [];

    /// <summary>Why a keyword, or an option with its dash, is refused, and what to do instead.</summary>
    public IReadOnlyDictionary<string, string> Remedies { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The verb that takes the whole command line, or null if a keyword selects one.</summary>
    public Verb? Only => Verbs is [{ Keyword: "" } only] ? only : null;

    /// <summary>The usage line of one verb.</summary>
    public string UsageOf(Verb verb) => $"Usage: {Name} {verb.Usage}";
}
