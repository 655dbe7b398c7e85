using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Commands.Vxdg;
using VolMgr.Commands.Vxdisk;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Captures;

/// <summary>
/// <c>vxdisk list</c> and <c>vxdg list</c> of a host that was imported: as they were captured, with what has changed
/// since as it is now. What this program would have printed at first is noted before the first command runs.
/// </summary>
internal static class ImportedListings
{
    private const string File = "etc/vx/import/listings";
    private const int DiskColumns = 5;
    private const int GroupColumns = 3;
    private static readonly int[] DiskWidths = [12, 15, 12, 12];
    private static readonly int[] GroupWidths = [12, 20];
    private static readonly ConditionalWeakTable<VolumeHost, Dictionary<string, List<string>>> Noted = [];

    /// <summary>Notes what is printed before anything has changed; does nothing on a host that was not imported, or
    /// where it is noted.</summary>
    public static async Task NoteAsync(VolumeHost host)
    {
        if (Noted.TryGetValue(host, out _))
        {
            return;
        }

        IReadOnlyList<CapturedOutput> outputs = await ImportedCaptures.OutputsAsync(host);
        if (outputs.Count == 0)
        {
            Noted.AddOrUpdate(host, []);
            return;
        }

        string? text = await host.Engine.RunBlockingAsync(() => host.Files.Read(File));
        Dictionary<string, List<string>> first = text is null ? Now(host, outputs) : Parse(text);
        if (text is null)
        {
            await host.Engine.RunBlockingAsync(() =>
            {
                host.Files.Write(File, Write(first));
                return true;
            });
        }

        Noted.AddOrUpdate(host, first);
    }

    /// <summary>The lines to print for a table or for one disk or group.</summary>
    /// <param name="host">The host.</param>
    /// <param name="command">The command, as its capture has it.</param>
    /// <param name="subject">The disk or group; empty for the table.</param>
    /// <param name="live">What this program prints of it now; a table without its heading.</param>
    /// <returns>The lines; a table with its heading first where it was captured. Null where it was not.</returns>
    public static async Task<IReadOnlyList<string>?> RestoreAsync(
        VolumeHost host, string command, string subject, IReadOnlyList<string> live)
    {
        CapturedOutput? captured = (await ImportedCaptures.OutputsAsync(host))
            .FirstOrDefault(output => output.Command == command && output.Subject == subject);
        if (captured is null || !Noted.TryGetValue(host, out Dictionary<string, List<string>>? first)
            || !first.TryGetValue($"{command} {subject}", out List<string>? then))
        {
            return null;
        }

        return subject.Length > 0 ? LabelledText.Merge(captured.Lines, then, live)
            : Table(command, captured.Lines, then, live);
    }

    private static List<string> Table(
        string command, IReadOnlyList<string> captured, List<string> then, IReadOnlyList<string> live)
    {
        Dictionary<string, string> before = then.DistinctBy(Key).ToDictionary(Key, StringComparer.Ordinal);
        Dictionary<string, string> now = live.DistinctBy(Key).ToDictionary(Key, StringComparer.Ordinal);
        List<string> lines = [captured[0]];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string row in captured.Skip(1).Where(row => seen.Add(Key(row))))
        {
            if (now.TryGetValue(Key(row), out string? next))
            {
                lines.Add(before.TryGetValue(Key(row), out string? old) ? Row(command, row, old, next) : next);
            }
            else if (!before.ContainsKey(Key(row)) && live.Count >= then.Count)
            {
                lines.Add(row); // this program has nothing of the kind
            }
        }

        // What the captured host showed as it was then is not shown a second time under another name.
        lines.AddRange(live.Where(row => !seen.Contains(Key(row)) && !(before.GetValueOrDefault(Key(row)) == row)));
        return lines;
    }

    private static string Row(string command, string captured, string then, string now)
    {
        if (then == now)
        {
            return captured;
        }

        int columns = command == "vxdg list" ? GroupColumns : DiskColumns;
        string[] original = Fields(captured, columns);
        string[] old = Fields(then, columns);
        string[] next = Fields(now, columns);
        if (command.Contains("-e", StringComparison.Ordinal) || original.Length != columns || old.Length != columns
            || next.Length != columns)
        {
            return now;
        }

        string[] merged = [.. next.Select((field, index) => field == old[index] ? original[index] : field)];
        return PaddedRow.Of(columns == GroupColumns ? GroupWidths : DiskWidths, merged);
    }

    private static string[] Fields(string row, int columns)
    {
        string[] fields = ListingRows.Fields(row);
        return fields.Length < columns ? fields
            : [.. fields[..(columns - 1)], string.Join(' ', fields[(columns - 1)..])];
    }

    private static string Key(string row)
    {
        string[] fields = ListingRows.Fields(row);
        return fields.Length == 0 ? "" : fields[0] == "-" && fields.Length > 2 ? "- " + fields[2] : fields[0];
    }

    private static Dictionary<string, List<string>> Now(VolumeHost host, IReadOnlyList<CapturedOutput> outputs)
    {
        HostView view = HostReading.Of(host);
        Dictionary<string, List<string>> lines = new(StringComparer.Ordinal);
        foreach (CapturedOutput output in outputs)
        {
            bool isDisk = output.Command.StartsWith("vxdisk", StringComparison.Ordinal);
            IEnumerable<string> text = output.Subject.Length == 0
                ? isDisk
                    ? DeviceTable.Of(view, false, IsAll(output), IsNative(output))
                    : GroupTable.Of(view, false, IsAll(output))
                : isDisk
                    ? view.FindDevice(output.Subject) is { } device ? DeviceLongForm.Of(device) : []
                    : view.FindGroup(output.Subject) is { } group ? GroupLongForm.Of(view, group) : [];
            lines[$"{output.Command} {output.Subject}"] = [.. text];
        }

        return lines;
    }

    private static bool IsAll(CapturedOutput output) => output.Command.Contains("alldgs", StringComparison.Ordinal);

    private static bool IsNative(CapturedOutput output) => output.Command.Contains("-e", StringComparison.Ordinal);

    private static string Write(Dictionary<string, List<string>> noted)
    {
        StringBuilder text = new();
        foreach ((string command, List<string> lines) in noted)
        {
            text.Append(CultureInfo.InvariantCulture, $"{command}\n");
            lines.ForEach(line => text.Append('\t').Append(line).Append('\n'));
        }

        return text.ToString();
    }

    private static Dictionary<string, List<string>> Parse(string text)
    {
        Dictionary<string, List<string>> noted = new(StringComparer.Ordinal);
        List<string> current = [];
        foreach (string line in text.Split('\n').Where(line => line.Length > 0))
        {
            if (line[0] == '\t')
            {
                current.Add(line[1..]);
            }
            else
            {
                current = noted[line] = [];
            }
        }

        return noted;
    }
}
