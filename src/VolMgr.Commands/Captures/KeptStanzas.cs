using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>
/// Records of an imported group that are kept and not built (RAID-5, snapshots, volume sets, caches, replication, types
/// that nobody knows), in description form: as they were described, or made of the rows that listed them.
/// </summary>
internal static class KeptStanzas
{
    private const int Sector = 512;

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["v"] = "vol",
        ["pl"] = "plex",
        ["dc"] = "dco",
        ["vt"] = "vset",
        ["co"] = "cache",
        ["rv"] = "rvg",
        ["rl"] = "rlink",
    };

    private static readonly Dictionary<string, string[]> Columns = new(StringComparer.Ordinal)
    {
        ["v"] = ["assoc", "kstate", "state", "len", "read_pol", "pref_name", "use_type"],
        ["pl"] = ["vol_name", "kstate", "state", "len", "layout", "columns", "iomode"],
        ["sd"] = ["plex", "dm_name", "dm_offset", "len", "place", "da_name", "sd_mode"],
        ["sv"] = ["plex", "vol_name", "nvollayr", "len", "place", "mirrors", "sd_mode"],
        ["sc"] = ["plex", "cache", "dm_offset", "len", "place", "da_name", "sd_mode"],
        ["dc"] = ["parent_vol", "log_vol"],
        ["sp"] = ["snap_vol", "dco"],
        ["vt"] = ["rvg", "kstate", "state", "nvolume"],
        ["co"] = ["cache_vol", "kstate", "state"],
        ["rv"] = ["rlink_cnt", "kstate", "state", "primary", "datavols", "srl"],
        ["rl"] = ["rvg", "kstate", "state", "rem_host", "rem_dg", "rem_rlnk"],
    };

    private static readonly string[] BriefColumns = ["assoc", "kstate", "len", "place", "state", "tutil0", "putil0"];

    private static readonly HashSet<string> Lengths = new(StringComparer.Ordinal) { "len", "dm_offset", "pl_offset" };

    /// <summary>The tag in listings of a type in descriptions.</summary>
    public static string TagOf(string type) =>
        type == "snap" ? "sp" : Types.FirstOrDefault(entry => entry.Value == type).Key ?? type;

    /// <summary>The records, in the order of the captures.</summary>
    public static IReadOnlyList<Stanza> Of(CapturedGroup group)
    {
        if (group.Description.Length > 0)
        {
            return [.. group.Stanzas.Where(stanza => stanza.Type is not ("dg" or "dm")
                && (group.Configuration.FindObject(stanza.Name) is null || IsSpace(group.Configuration, stanza)))];
        }

        List<Stanza> kept = [];
        foreach (string line in group.Kept)
        {
            string[] fields = ListingRows.Fields(line);
            if (fields.Length > 1)
            {
                Stanza stanza = OfRow(fields, group.BlockSize / Sector);
                int known = kept.FindIndex(each => each.Type == stanza.Type && each.Name == stanza.Name);
                if (known < 0)
                {
                    kept.Add(stanza);
                }
                else
                {
                    kept[known] = Joined(kept[known], stanza);
                }
            }
        }

        return kept;
    }

    /// <summary>The text of a record.</summary>
    public static string Text(Stanza stanza) => $"{stanza.Type} {stanza.Name}\n"
        + string.Concat(stanza.Attributes.Select(attribute => $"\t{attribute.Key}={attribute.Value}\n"));

    /// <summary>What a record says behind one of these keys, the first that says something; empty where none
    /// does.</summary>
    public static string First(Stanza stanza, params IReadOnlyList<string> keys) => keys
        .Select(key => stanza.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value ?? "")
        .FirstOrDefault(value => value.Length > 0) ?? "";

    /// <summary>Whether a built record only holds the space of this one.</summary>
    public static bool IsSpace(GroupConfiguration built, Stanza stanza) => stanza.Type == "sd"
        && built.FindSubdisk(stanza.Name) is { PlexId: null } && First(stanza, "plex", "pl_name").Length > 0;

    private static Stanza OfRow(string[] fields, int sectors)
    {
        bool isBrief = ListingRows.IsBrief(string.Join(' ', fields))
            ?? (fields.Length == 9 && fields[3] is "ENABLED" or "DISABLED" or "DETACHED" or "-");
        string[] keys = isBrief ? BriefColumns : Columns.GetValueOrDefault(fields[0]) ?? [];
        List<StanzaAttribute> attributes = [];
        for (int index = 2; index < fields.Length; index++)
        {
            string key = index - 2 < keys.Length ? keys[index - 2] : $"field{index - 1}";
            foreach ((string name, string value) in Facts(fields[0], key, fields[index], sectors))
            {
                attributes.Add(new StanzaAttribute(0, name, value));
            }
        }

        return new Stanza(0, Types.GetValueOrDefault(fields[0]) ?? fields[0], fields[1], attributes);
    }

    private static IEnumerable<(string Key, string Value)> Facts(string tag, string key, string value, int sectors)
    {
        if (value == "-")
        {
            yield break;
        }

        string[] parts = value.Split('/');
        switch (key)
        {
            case "assoc":
                yield return (
                    tag switch { "v" => "use_type", "pl" => "vol_name", "sd" or "sv" => "plex", _ => "parent" }, value);
                break;
            case "columns" when parts.Length == 2:
                yield return ("ncolumn", parts[0]);
                yield return ("st_width", Scaled(parts[1], sectors));
                break;
            case "place" when parts.Length == 2:
                yield return ("column", parts[0]);
                yield return ("pl_offset", Scaled(parts[1], sectors));
                break;
            case "place":
                yield return ("pl_offset", Scaled(value, sectors));
                break;
            default:
                yield return (key, Lengths.Contains(key) ? Scaled(value, sectors) : value);
                break;
        }
    }

    private static string Scaled(string number, int sectors) =>
        CapturedWords.Blocks(number, sectors) is { } scaled ? $"{scaled}" : number;

    private static Stanza Joined(Stanza known, Stanza more) => known with
    {
        Attributes = [.. known.Attributes, .. more.Attributes.Where(
            attribute => known.Attributes.All(each => each.Key != attribute.Key))],
    };
}
