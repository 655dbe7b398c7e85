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
    private const string ViewLetters = "hrtlmnFvpsdG";

    /// <summary>Whether the type is selected.</summary>
    public bool Wants(string tag) => Types.Count == 0 || Types.Contains(tag);

    /// <summary>Reads the options; without any option that shapes the listing, everything is shown in its
    /// hierarchy.</summary>
    public static PrintRequest Of(ParsedOptions options)
    {
        HashSet<string> types = new(StringComparer.Ordinal);
        foreach ((char letter, string tag) in new[] { ('v', "v"), ('p', "pl"), ('s', "sd"), ('d', "dm"), ('G', "dg") })
        {
            if (options.Has(letter))
            {
                types.Add(tag);
            }
        }

        PrintForm form = options.Has('F') ? PrintForm.Format
            : options.Has('n') ? PrintForm.Name
            : options.Has('m') ? PrintForm.Make
            : options.Has('l') ? PrintForm.Long
            : options.Has('t') ? PrintForm.Typed : PrintForm.Brief;
        bool isPlain = !ViewLetters.Any(options.Has);
        return new PrintRequest(
            form,
            isPlain || options.Has('h') || options.Has('r'),
            types,
            !options.Has('q'),
            !options.Has('Q') && !options.Has('g'),
            options.Value('F') ?? "");
    }
}
