using VolMgr.Commands.Captures;
using VolMgr.Commands.Text;
using VolMgr.Commands.Views;

namespace VolMgr.Commands.Vxprint;

/// <summary>
/// Listings of a group that was imported: what is as it was then is printed as the capture has it, in its order and
/// with its words (other units, types of disks, usage types); records that are kept and not built are printed from the
/// capture; what has changed since, or is new, is printed as it is now.
/// </summary>
/// <remarks>A row is told by its type and name. Three texts meet: the captured row, what the imported record would have
/// printed then, and what the record prints now. A field that says the same then and now is that of the
/// capture.</remarks>
internal sealed class ImportedRows
{
    private readonly CapturedView captured;
    private readonly int[] starts;
    private readonly Dictionary<string, string> then;
    private readonly Dictionary<string, string> first;
    private readonly List<string> headings;

    private ImportedRows(CapturedGroup imported, bool isBrief, IEnumerable<string> then)
    {
        List<CapturedView> views = [.. imported.Views.Where(view => view.IsBrief == isBrief)];
        captured = views.Find(view => view.IsWhole) ?? Parts(imported, isBrief, views);
        starts = isBrief ? SnapBackLine.Brief : SnapBackLine.Typed;
        this.then = then.DistinctBy(Key).ToDictionary(Key, StringComparer.Ordinal);
        first = captured.Blocks.Concat(views.SelectMany(view => view.Blocks)).SelectMany(block => block)
            .DistinctBy(Key).ToDictionary(Key, StringComparer.Ordinal);
        headings = [.. views.SelectMany(view => view.Header).DistinctBy(line => Field(line, 0))];
    }

    /// <summary>Those of a group for a listing; null where they do not apply.</summary>
    public static ImportedRows? Of(GroupView group, PrintRequest request, Func<GroupView, PrintItem, string> row)
    {
        if (group.Imported is not { } imported || group.Lengths != LengthStyle.Sectors
            || request.Form is not (PrintForm.Typed or PrintForm.Brief))
        {
            return null;
        }

        GroupView before = new() { Configuration = imported.Configuration, Devices = imported.Devices };
        PrintRequest all = request with { IsHierarchy = true, Types = new HashSet<string>(), Search = null };
        return new ImportedRows(
            imported,
            request.Form == PrintForm.Brief,
            PrintSelection.Everything(before, all).SelectMany(block => block).Select(item => row(before, item)));
    }

    /// <summary>The heading lines of the capture of the whole group; empty where it has none.</summary>
    public IReadOnlyList<string> Header => captured.Header;

    /// <summary>Heading lines in the words of the capture; those of types that its release did not have are left
    /// out.</summary>
    public IEnumerable<string> HeaderOf(IEnumerable<string> usual) => usual
        .Select(line => headings.Find(heading => Field(heading, 0) == Field(line, 0))
            ?? (captured.Header.Count > 0 ? null : line))
        .OfType<string>();

    /// <summary>A row of its own.</summary>
    public string RowOf(string live) => first.TryGetValue(Key(live), out string? line) ? Row(line, live) : live;

    /// <summary>The captured row of a record that is kept and not built; null where there is none.</summary>
    public string? KeptRow(string name) =>
        first.Values.FirstOrDefault(line => Field(line, 1) == name && !then.ContainsKey(Key(line)));

    /// <summary>What a selection by type shows of the whole listing.</summary>
    public static List<List<string>> Select(List<List<string>> merged, PrintRequest request)
    {
        if (!request.IsHierarchy)
        {
            // Types one after the other, each in the order of the capture.
            return [.. merged.SelectMany(block => block).Where(row => request.Wants(Field(row, 0)))
                .GroupBy(row => Field(row, 0), StringComparer.Ordinal).OrderBy(rows => FlatRank(rows.Key))
                .Select(rows => rows.ToList())];
        }

        List<List<string>> blocks = [];
        foreach (List<string> block in merged)
        {
            string head = Field(block[0], 0);
            bool isWhole = request.Wants(head) && head is not ("dg" or "dm" or "sd");
            blocks.AddRange(isWhole ? [block] : Below(block, request));
        }

        return blocks;
    }

    /// <summary>Of a block whose first row is not asked for: plexes with what they consist of, or single
    /// rows.</summary>
    private static List<List<string>> Below(List<string> block, PrintRequest request)
    {
        List<List<string>> parts = [];
        foreach (string row in block)
        {
            string tag = Field(row, 0);
            bool isPart = tag is "sd" or "sv" or "sc" && parts.Count > 0 && Field(parts[^1][0], 0) == "pl";
            if (isPart)
            {
                parts[^1].Add(row);
            }
            else if (request.Wants(tag))
            {
                bool isSame = parts.Count > 0 && tag != "pl" && Field(parts[^1][0], 0) == tag;
                (isSame ? parts[^1] : null)?.Add(row);
                parts.AddRange(isSame ? [] : [[row]]);
            }
        }

        return parts;
    }

    /// <summary>The rows that listings of parts of the group have, and those of records that are kept.</summary>
    private static CapturedView Parts(CapturedGroup imported, bool isBrief, IEnumerable<CapturedView> views)
    {
        HashSet<string> done = new(StringComparer.Ordinal);
        IEnumerable<IReadOnlyList<string>> all = views.SelectMany(view => view.Blocks)
            .Concat(KeptRecords.View(imported, isBrief).Blocks);
        List<IReadOnlyList<string>> blocks = [];
        foreach (IReadOnlyList<string> block in all)
        {
            List<string> rows = [.. block.Where(row => done.Add(Key(row)))];
            IEnumerable<IReadOnlyList<string>> parts = rows.Count > 0 && Field(rows[0], 0) == "v"
                && rows.TrueForAll(row => Field(row, 0) == "v") ? rows.Select(row => (IReadOnlyList<string>)[row])
                : rows.Count > 0 ? [rows] : [];
            blocks.AddRange(parts);
        }

        return new CapturedView(isBrief, [], blocks);
    }

    private static int FlatRank(string tag) => tag switch
    {
        "dg" => 0,
        "dm" => 1,
        "sd" => 2,
        "sv" => 3,
        "pl" => 4,
        "v" => 5,
        _ => 6,
    };

    /// <summary>The blocks of the whole group.</summary>
    public List<List<string>> Merge(IReadOnlyList<List<string>> now)
    {
        Dictionary<string, string> current = now.SelectMany(block => block).DistinctBy(Key)
            .ToDictionary(Key, StringComparer.Ordinal);
        HashSet<string> done = new(StringComparer.Ordinal);
        List<List<string>> merged = [];
        foreach (IReadOnlyList<string> block in captured.Blocks)
        {
            List<string> rows = [];
            foreach (string line in block)
            {
                string key = Key(line);
                if (current.TryGetValue(key, out string? live) && IsAtItsPlace(key, live))
                {
                    rows.Add(Row(line, live));
                    done.Add(key);
                }
                else if (!then.ContainsKey(key) && !current.ContainsKey(key))
                {
                    rows.Add(line);
                }
            }

            if (rows.Count > 0)
            {
                merged.Add(rows);
            }
        }

        foreach (List<string> block in now)
        {
            Insert(merged, block, done);
        }

        return merged;
    }

    private static string Key(string line)
    {
        string[] fields = Fields(line);
        return fields.Length > 1 ? fields[0] + " " + fields[1] : line;
    }

    private static string[] Fields(string line) =>
        line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private bool IsAtItsPlace(string key, string live) => !then.TryGetValue(key, out string? before)
        || Field(before, 2) == Field(live, 2) || key[0] is not ('p' or 's');

    private static string Field(string line, int index) => Fields(line) is var fields && index < fields.Length
        ? fields[index] : "";

    private string Row(string line, string live)
    {
        if (!then.TryGetValue(Key(line), out string? before))
        {
            return live;
        }

        if (before == live)
        {
            return line;
        }

        string[] was = Fields(before);
        string[] now = Fields(live);
        string[] original = Fields(line);
        List<string> fields = [];
        for (int index = 0; index < Math.Max(now.Length, original.Length); index++)
        {
            string? old = index < was.Length ? was[index] : null;
            string? next = index < now.Length ? now[index] : null;
            string? first = index < original.Length ? original[index] : null;
            // A private region of the field may be shorter than one of this program.
            bool isPrivateLength = index == 4 && now is ["dm", _, var device, ..] && Field(before, 2) == device
                && !captured.IsBrief;
            string? field = next == old || isPrivateLength || IsOffline(was, now, index) ? first : next;
            fields.AddRange(field is null ? [] : [field]);
        }

        return SnapBackLine.Of(starts, [.. fields]);
    }

    /// <summary>A plex that cannot be used is disabled or detached, by whether its volume was started since.</summary>
    private static bool IsOffline(string[] was, string[] now, int index) => index == 3 && now[0] == "pl"
        && was.Length == now.Length && was[index] == "DISABLED" && now[index] == "DETACHED"
        && was.Skip(index + 1).SequenceEqual(now.Skip(index + 1));

    /// <summary>Rows that the capture does not have go behind the row that they follow now; others form blocks at the
    /// place of their names.</summary>
    private static void Insert(List<List<string>> merged, List<string> block, HashSet<string> done)
    {
        List<string>? host = null;
        int at = 0;
        List<string> own = [];
        foreach (string row in block)
        {
            if (done.Contains(Key(row)))
            {
                host = merged.Find(rows => rows.Exists(each => Key(each) == Key(row)));
                at = host?.FindIndex(each => Key(each) == Key(row)) + 1 ?? 0;
            }
            else if (host is not null)
            {
                host.Insert(at++, row);
            }
            else
            {
                own.Add(row);
            }
        }

        if (own.Count > 0)
        {
            string tag = Field(own[0], 0);
            string name = Field(own[0], 1);
            int place = merged.FindLastIndex(rows => Rank(Field(rows[0], 0)) < Rank(tag)
                || (Rank(Field(rows[0], 0)) == Rank(tag) && string.CompareOrdinal(Field(rows[0], 1), name) < 0));
            merged.Insert(place + 1, own);
        }
    }

    private static int Rank(string tag) => tag switch { "dg" => 0, "dm" => 1, "sd" => 2, "pl" => 3, _ => 4 };
}
