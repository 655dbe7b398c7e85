using VolMgr.Commands.Parsing;

namespace VolMgr.Commands.Vxprint;

/// <summary>How vxprint shows a record.</summary>
internal enum PrintForm
{
    /// <summary>One line, the same columns for all types.</summary>
    Brief = 1,

    /// <summary>One line, columns by type (<c>-t</c>).</summary>
    Typed = 2,

    /// <summary>Several labelled lines (<c>-l</c>).</summary>
    Long = 3,

    /// <summary>A vxmake description (<c>-m</c>).</summary>
    Make = 4,

    /// <summary>The name (<c>-n</c>).</summary>
    Name = 5,

    /// <summary>A format of the user (<c>-F</c>).</summary>
    Format = 6,

    /// <summary>All attributes on one line (<c>-a</c>).</summary>
    Attributes = 7,

    /// <summary>Numbers of records (<c>-S</c>).</summary>
    Summary = 8,
}

/// <summary>What the options of vxprint ask for.</summary>
/// <param name="Form">How each record is shown.</param>
/// <param name="IsHierarchy">Records come with what is below them.</param>
/// <param name="Types">Tags of the types selected; empty for all.</param>
/// <param name="HasHeader">Column headings are printed.</param>
/// <param name="HasGroupLine">The line <c>Disk group:</c> is printed.</param>
/// <param name="Format">The format of <c>-F</c>.</param>
internal sealed record PrintRequest(
    PrintForm Form, bool IsHierarchy, IReadOnlySet<string> Types, bool HasHeader, bool HasGroupLine, string Format)
{
    private const string ViewLetters = "acCdeFGhHlLmnpPrsStvVz";

    /// <summary>Types by option. A group of this program has no volume sets, caches, data change objects and
    /// replication links: asking for those selects nothing.</summary>
    private static readonly (char Letter, string Tag)[] TypeLetters =
    [
        ('v', "v"), ('p', "pl"), ('s', "sd"), ('d', "dm"), ('G', "dg"), ('V', "vt"), ('c', "co"), ('C', "dc"),
        ('P', "rl"),
    ];

    /// <summary>The condition of <c>-e</c>, or null.</summary>
    public SearchExpression? Search { get; init; }

    /// <summary>Only disks with storage that waits for reclamation (<c>-z</c>): space is given back at once here, so
    /// there are none.</summary>
    public bool OnlyPendingReclamation { get; init; }

    /// <summary>Whether the type is selected.</summary>
    public bool Wants(string tag) => Types.Count == 0 || Types.Contains(tag);

    /// <summary>Reads the options; without any option that shapes the listing, everything is shown in its
    /// hierarchy.</summary>
    public static PrintRequest Of(ParsedOptions options)
    {
        HashSet<string> types = new(StringComparer.Ordinal);
        types.UnionWith(TypeLetters.Where(type => options.Has(type.Letter)).Select(type => type.Tag));
        PrintForm form = options.Has('S') ? PrintForm.Summary
            : options.Has('F') ? PrintForm.Format
            : options.Has('n') ? PrintForm.Name
            : options.Has('a') ? PrintForm.Attributes
            : options.Has('m') ? PrintForm.Make
            : options.Has('l') ? PrintForm.Long
            : options.Has('t') ? PrintForm.Typed : PrintForm.Brief;
        bool isPlain = !ViewLetters.Any(options.Has);
        return new PrintRequest(
            form,
            isPlain || "hrHL".Any(options.Has),
            types,
            !options.Has('q'),
            !options.Has('Q') && !options.Has('g'),
            options.Value('F') ?? "")
        {
            OnlyPendingReclamation = options.Has('z'),
        };
    }
}
