using VolMgr.Commands.Captures;
using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxprint;

/// <summary>
/// Records of an imported group in the forms of several lines (<c>-m</c>, <c>-l</c>) and of formats (<c>-F</c>): as
/// they were captured, with what has changed since as it is now; and the records that are kept and not built.
/// </summary>
internal static class ImportedRecords
{
    /// <summary>What the lab chooses, not the administrator: the size of private regions and device names.</summary>
    private static readonly HashSet<string> Chosen = new(StringComparer.Ordinal)
    {
        "priv_len", "privlen", "last_da_name", "rid", "config_tid", "update_tid",
    };

    /// <summary>The kept records that a request asks for.</summary>
    public static IReadOnlyList<Stanza> Kept(GroupView group, PrintRequest request, IReadOnlyList<string> names)
    {
        if (group.Imported is not { } imported)
        {
            return [];
        }

        return [.. KeptStanzas.Of(imported).Where(stanza => request.Wants(KeptStanzas.TagOf(stanza.Type))
            && (names.Count == 0 || names.Contains(stanza.Name))
            && (group.Configuration.FindObject(stanza.Name) is null
                || KeptStanzas.IsSpace(group.Configuration, stanza)))];
    }

    /// <summary>The description of a whole group in the order of the one that it was imported from; null for a group
    /// that was not described.</summary>
    public static IReadOnlyList<string>? Whole(GroupView group)
    {
        if (group.Imported is not { Description.Length: > 0 } imported)
        {
            return null;
        }

        List<string> lines = [];
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (Stanza stanza in imported.Stanzas)
        {
            ObjectRecord? before = imported.Configuration.FindObject(stanza.Name);
            ObjectRecord? record = group.Configuration.FindObject(stanza.Name);
            bool isKept = stanza.Type != "dg" && (before is null
                || KeptStanzas.IsSpace(imported.Configuration, stanza));
            written.Add(stanza.Name);
            lines.AddRange(
                isKept ? Lines(imported, stanza)
                : stanza.Type == "dg" ? Described(group, new PrintItem("dg", null)) ?? []
                : record is null ? []
                : Described(group, new PrintItem("", record)) ?? []);
        }

        foreach (ObjectRecord added in DescriptionExport.All(group.Configuration)
            .Where(record => !written.Contains(record.Name)))
        {
            lines.AddRange(ConfigurationText.WriteRecord(group.Configuration, added).TrimEnd('\n').Split('\n'));
        }

        return lines;
    }

    /// <summary>The description of a record, with the keys and in the order of the one that it was imported from; null
    /// for a record that was not described.</summary>
    public static IReadOnlyList<string>? Described(GroupView group, PrintItem item)
    {
        if (group.Imported is not { Description.Length: > 0 } imported)
        {
            return null;
        }

        string name = item.Record?.Name ?? imported.Configuration.Group.Name;
        ObjectRecord? before = item.Record is null ? null : imported.Configuration.FindObject(name);
        Stanza? stanza = imported.Stanzas.FirstOrDefault(
            each => each.Name == name && (each.Type == "dg") == (item.Record is null));
        if (stanza is null || (item.Record is not null && before?.GetType() != item.Record.GetType()))
        {
            return null;
        }

        Dictionary<string, string> then = Attributes(before is null
            ? ConfigurationText.WriteGroup(imported.Configuration)
            : ConfigurationText.WriteRecord(imported.Configuration, before));
        Dictionary<string, string> now = Attributes(item.Record is null
            ? ConfigurationText.WriteGroup(group.Configuration)
            : ConfigurationText.WriteRecord(group.Configuration, item.Record));
        List<string> lines = [.. Lines(imported, stanza)];
        lines[0] = $"{stanza.Type} {item.Record?.Name ?? group.Name}";
        foreach ((string key, string line) in now.Where(entry => !Chosen.Contains(entry.Key)
            && then.GetValueOrDefault(entry.Key) != entry.Value))
        {
            int at = lines.FindIndex(each => KeyOf(each) == key);
            if (at > 0)
            {
                lines[at] = line;
            }
            else
            {
                lines.Add(line);
            }
        }

        lines.RemoveAll(line => KeyOf(line) is { Length: > 0 } key && then.ContainsKey(key) && !now.ContainsKey(key));
        return lines;
    }

    /// <summary>The description of a kept record: its own lines, where it was described.</summary>
    public static IReadOnlyList<string> MakeOf(GroupView group, Stanza stanza) =>
        group.Imported is { Description.Length: > 0 } imported
            ? Lines(imported, stanza) : KeptStanzas.Text(stanza).TrimEnd('\n').Split('\n');

    /// <summary>The labelled lines of each record.</summary>
    public static List<List<string>> Long(GroupView group, IEnumerable<PrintItem> items, IEnumerable<Stanza> kept)
    {
        List<List<string>> blocks = [];
        foreach (PrintItem item in items)
        {
            List<string> now = [.. LongForms.Of(group, item)];
            blocks.Add(Captured(group, now[0]) is { } captured && Then(group, item) is { } then
                ? [.. LabelledText.Merge(captured, then, now)] : now);
        }

        blocks.AddRange(kept.Select(stanza => LongOf(group, stanza)));
        return blocks;
    }

    /// <summary>The value of a field of a kept record, empty if it has none.</summary>
    public static string Value(Stanza stanza, string field)
    {
        string tag = KeptStanzas.TagOf(stanza.Type);
        string column = KeptStanzas.First(stanza, "column");
        string offset = KeptStanzas.First(stanza, "pl_offset");
        return field switch
        {
            "type" => tag,
            "name" => stanza.Name,
            "assoc" => KeptStanzas.First(
                stanza,
                tag == "v" ? ["use_type", "usetype"]
                : tag is "sd" or "sv" or "sc" ? ["plex", "pl_name", "assoc"]
                : ["vol_name", "parent_vol", "snap_vol", "cache_vol", "rvg", "vol", "parent", "assoc"]),
            "column_pl_offset" => column.Length > 0 && offset.Length > 0 ? $"{column}/{offset}" : offset,
            "vol" or "volume" when tag == "v" => stanza.Name,
            "vol" or "volume" => KeptStanzas.First(stanza, "vol_name", "vol", "parent_vol"),
            "usetype" => KeptStanzas.First(stanza, "use_type", "usetype"),
            "stwidth" => KeptStanzas.First(stanza, "st_width", "stwidth"),
            "device" => KeptStanzas.First(stanza, "da_name", "device"),
            "kstate" when tag is "sd" or "sv" or "sc" => "ENABLED",
            _ => KeptStanzas.First(stanza, field),
        };
    }

    private static List<string> LongOf(GroupView group, Stanza stanza)
    {
        (string label, string[] info) = KeptStanzas.TagOf(stanza.Type) switch
        {
            "v" => ("Volume:", ["len"]),
            "pl" => ("Plex:", ["len", "contig_len"]),
            "sd" => ("Subdisk:", ["dm_name", "dm_offset", "len"]),
            "sv" => ("Subvol:", ["len"]),
            "dc" => ("Dco:", ["version"]),
            "sp" => ("Snap:", ["snap_vol"]),
            "vt" => ("Vset:", ["nvolume"]),
            "co" => ("Cache:", ["cache_vol"]),
            "rv" => ("Rvg:", ["rlink_cnt"]),
            "rl" => ("Rlink:", ["rem_host"]),
            var other => (char.ToUpperInvariant(other[0]) + other[1..] + ":", Array.Empty<string>()),
        };
        if (Captured(group, $"{label} {stanza.Name}") is { } captured)
        {
            return [.. captured];
        }

        string first = string.Join(' ', info.Where(key => KeptStanzas.First(stanza, key).Length > 0)
            .Select(key => $"{key}={KeptStanzas.First(stanza, key)}"));
        List<string> lines = [$"{label,-9} {stanza.Name}"];
        lines.AddRange(first.Length > 0 ? [$"{"info:",-9} {first}"] : Array.Empty<string>());
        lines.AddRange(stanza.Attributes.Where(attribute => attribute.Value.Length > 0
                && !info.Contains(attribute.Key))
            .Select(attribute => $"{"attr:",-9} {attribute.Key}={attribute.Value}"));
        return lines;
    }

    private static IReadOnlyList<string>? Captured(GroupView group, string head) =>
        group.Imported?.LongForms.GetValueOrDefault(string.Join(' ', ListingRows.Fields(head)));

    private static IReadOnlyList<string>? Then(GroupView group, PrintItem item)
    {
        GroupView before = new()
        {
            Configuration = group.Imported!.Configuration, // has captured records
            Devices = group.Imported.Devices,
        };
        ObjectRecord? record = item.Record is null ? null : before.Configuration.FindObject(item.Record.Name);
        return item.Record is not null && record is null ? null
            : [.. LongForms.Of(before, item with { Record = record })];
    }

    private static IReadOnlyList<string> Lines(CapturedGroup imported, Stanza stanza)
    {
        int last = stanza.Attributes.Count > 0 ? stanza.Attributes[^1].Line : stanza.Line;
        return [.. imported.Lines.Take((stanza.Line - 1)..last).Select(line => line.TrimEnd('\r'))];
    }

    private static Dictionary<string, string> Attributes(string text) => text.Split('\n')
        .Where(line => KeyOf(line).Length > 0).DistinctBy(KeyOf).ToDictionary(KeyOf, StringComparer.Ordinal);

    private static string KeyOf(string line) =>
        line.Length > 1 && line[0] is '\t' or ' ' && line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? line[..at].Trim() : "";
}
