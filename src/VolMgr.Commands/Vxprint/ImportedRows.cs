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

    private ImportedRows(CapturedView captured, IEnumerable<string> then)
    {
        this.captured = captured;
        starts = captured.IsBrief ? SnapBackLine.Brief : SnapBackLine.Typed;
        this.then = then.DistinctBy(Key).ToDictionary(Key, StringComparer.Ordinal);
    }

    /// <summary>Those of a group for a listing; null where they do not apply.</summary>
    public static ImportedRows? Of(GroupView group, PrintRequest request, Func<GroupView, PrintItem, string> row)
    {
        bool applies = group.Imported is not null && request is { IsHierarchy: true, Types.Count: 0, Search: null }
            && group.Lengths == LengthStyle.Sectors;
        if (!applies || group.Imported is not { } imported)
        {
            return null;
        }

        bool isBrief = request.Form == PrintForm.Brief;
        GroupView before = new() { Configuration = imported.Configuration, Devices = imported.Devices };
        CapturedView captured = imported.Views.FirstOrDefault(view => view.IsBrief == isBrief)
            ?? KeptRecords.View(imported, isBrief);
        return new ImportedRows(
            captured,
            PrintSelection.Everything(before, request).SelectMany(block => block).Select(item => row(before, item)));
    }

    /// <summary>The heading lines of the capture; empty where it has none.</summary>
    public IReadOnlyList<string> Header => captured.Header;

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
            string? field = next == old || isPrivateLength ? first : next;
            fields.AddRange(field is null ? [] : [field]);
        }

        return SnapBackLine.Of(starts, [.. fields]);
    }

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
