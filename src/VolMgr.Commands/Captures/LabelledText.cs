using System.Text.RegularExpressions;

namespace VolMgr.Commands.Captures;

/// <summary>
/// The labelled lines that describe one object (<c>vxprint -l</c>, <c>vxdisk list DISK</c>, <c>vxdg list GROUP</c>):
/// parts that begin with a label, with the lines below it that have none.
/// </summary>
internal static partial class LabelledText
{
    /// <summary>
    /// What is to be printed of an object that was captured: each part as it was captured while this program would
    /// print the same of it as at the time of the import, and as it is now where that has changed.
    /// </summary>
    /// <param name="captured">The captured lines.</param>
    /// <param name="then">What this program prints of the object as it was imported.</param>
    /// <param name="now">What this program prints of it now.</param>
    public static IReadOnlyList<string> Merge(
        IReadOnlyList<string> captured, IReadOnlyList<string> then, IReadOnlyList<string> now)
    {
        Dictionary<string, List<string>> before = ByLabel(then);
        Dictionary<string, List<string>> live = ByLabel(now);
        List<string> lines = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string label, List<string> part) in Parts(captured))
        {
            seen.Add(label);
            bool wasThere = before.TryGetValue(label, out List<string>? old);
            if (!live.TryGetValue(label, out List<string>? next))
            {
                lines.AddRange(wasThere ? [] : part);
            }
            else
            {
                lines.AddRange(wasThere && Lasting(old!) == Lasting(next) ? part : next); // there
            }
        }

        foreach ((string label, List<string> part) in Parts(now).Where(part => !seen.Contains(part.Label)))
        {
            bool isNew = !before.TryGetValue(label, out List<string>? old) || Lasting(old) != Lasting(part);
            lines.AddRange(isNew ? part : []);
        }

        return lines;
    }

    /// <summary>What is said of an object behind a key, such as len in <c>info: len=16</c>; or null.</summary>
    public static string? Value(IEnumerable<string> lines, string label, string key)
    {
        foreach (string line in lines.Where(line => line.StartsWith(label, StringComparison.Ordinal)))
        {
            string? word = line[label.Length..].Split([' ', '\t', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
                .FirstOrDefault(part => part.StartsWith(key + "=", StringComparison.Ordinal));
            if (word is not null)
            {
                return word[(key.Length + 1)..];
            }
        }

        return null;
    }

    /// <summary>The label that begins a line; null for a line without one.</summary>
    public static string? LabelOf(string line) =>
        Label().Match(line) is { Success: true } match ? match.Groups[1].Value : null;

    private static Dictionary<string, List<string>> ByLabel(IReadOnlyList<string> lines) =>
        Parts(lines).DistinctBy(part => part.Label).ToDictionary(
            part => part.Label, part => part.Lines, StringComparer.Ordinal);

    private static List<(string Label, List<string> Lines)> Parts(IReadOnlyList<string> lines)
    {
        List<(string Label, List<string> Lines)> parts = [];
        foreach (string line in lines)
        {
            if (LabelOf(line) is { } label)
            {
                parts.Add((label, [line]));
            }
            else if (parts.Count > 0)
            {
                parts[^1].Lines.Add(line);
            }
            else
            {
                parts.Add(("", [line]));
            }
        }

        return parts;
    }

    /// <summary>A part without the numbers that count on without a change of what an administrator has set.</summary>
    private static string Lasting(IEnumerable<string> lines) => Counter().Replace(string.Join('\n', lines), "");

    [GeneratedRegex(@"^([A-Za-z][A-Za-z_%-]*(?: [a-z]+)*:|[a-z_]+=)")]
    private static partial Regex Label();

    [GeneratedRegex(@"\b(?:seqno|time|free|cur)=[\d.]+")]
    private static partial Regex Counter();
}
