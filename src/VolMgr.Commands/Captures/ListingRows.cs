namespace VolMgr.Commands.Captures;

/// <summary>Tells rows of <c>vxprint</c> from other lines, and the default view from that of <c>-t</c>, where no
/// heading does (<c>-q</c>).</summary>
internal static class ListingRows
{
    private static readonly HashSet<string> Kernel =
        new(StringComparer.Ordinal) { "ENABLED", "DISABLED", "DETACHED", "-" };

    /// <summary>The fields of a line.</summary>
    public static string[] Fields(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a line is a column heading.</summary>
    public static bool IsHeading(string line) => Fields(line) is [{ Length: <= 3 } tag, "NAME", _, ..]
        && tag.All(char.IsAsciiLetterUpper) && line.StartsWith(tag, StringComparison.Ordinal);

    /// <summary>Whether a row is one of the default view; null for a line that is no row of a group, disk, volume, plex
    /// or subdisk.</summary>
    public static bool? IsBrief(string line)
    {
        string[] fields = Fields(line);
        if (fields.Length is < 6 or > 10 || !line.StartsWith(fields[0], StringComparison.Ordinal))
        {
            return null;
        }

        switch (fields[0])
        {
            case "dg":
                return fields.Length == 9 && fields[1] == fields[2] && fields[3] == "-" ? true
                    : fields[^1].Count(letter => letter == '.') >= 2 ? false : null;
            case "dm":
                return fields.Length == 9 && fields[3] == "-" && fields[5] == "-" ? true
                    : fields.Length == 7 ? false : null;
            case "v" or "pl" when fields.Length >= 8 && Kernel.Contains(fields[3]):
                return fields.Length == 9 && fields[5] == "-" ? true
                    : CapturedWords.Blocks(fields[5], 1) is not null || fields[5] == "LOGONLY" ? false : null;
            case "sd" when fields.Length == 9:
                return CapturedWords.Blocks(fields[5], 1) is not null && CapturedWords.Blocks(fields[4], 1) is not null
                    && !Kernel.Contains(fields[3]) ? false
                    : Kernel.Contains(fields[3]) ? true : null;
            default:
                return null;
        }
    }
}
