using VolMgr.Commands.Views;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxprint;

/// <summary>
/// The left side of a comparison in <c>-e</c>: <c>v_kstate</c>, <c>pl_subdisk.sd_dm_name</c>,
/// <c>aslist.aslist.sd_dm_name</c>. All segments but the last go to associated records, of which any may match; a
/// prefix (<c>v_</c>, <c>pl_</c>, <c>sd_</c>, <c>dm_</c>, <c>dg_</c>) says which type of record has the field, and
/// records of other types do not match.
/// </summary>
internal sealed class RecordPath
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["v_name"] = "volume",
        ["pl_name"] = "plex",
        ["dmname"] = "dm_name",
        ["disk"] = "dm_name",
        ["daname"] = "da_name",
        ["nplexes"] = "nplex",
        ["nsubdisks"] = "nsd",
        ["st_width"] = "stwidth",
        ["width"] = "stwidth",
        ["utype"] = "usetype",
        ["readpol"] = "read_pol",
    };

    private readonly IReadOnlyList<(string Tag, string Field)> segments;

    private RecordPath(IReadOnlyList<(string Tag, string Field)> segments) => this.segments = segments;

    /// <summary>Reads a path; a field that no record has is refused by name.</summary>
    public static Outcome<RecordPath> Parse(string text)
    {
        string[] words = text.Split('.');
        List<(string, string)> segments = [];
        for (int index = 0; index < words.Length; index++)
        {
            (string tag, string field) = Split(words[index]);
            bool isFitting = index < words.Length - 1 ? IsRelation(field) : IsRelation(field) || IsField(field);
            if (!isFitting)
            {
                return new Refusal(ErrorCode.Syntax, $"-e: {words[index]}: Unknown field");
            }

            segments.Add((tag, field));
        }

        return new RecordPath(segments);
    }

    /// <summary>The values for a record; none if the path does not apply to it.</summary>
    public IEnumerable<string> Values(GroupView group, PrintItem item) => Values(group, item, 0);

    private IEnumerable<string> Values(GroupView group, PrintItem item, int index)
    {
        (string tag, string field) = segments[index];
        if (tag.Length > 0 && tag != item.Tag)
        {
            return [];
        }

        if (index < segments.Count - 1)
        {
            return Related(group, item, field).SelectMany(related => Values(group, related, index + 1));
        }

        return IsField(field)
            ? FormatFields.Value(group, item, field) is { Length: > 0 } value ? value.Split(',') : [""]
            : Related(group, item, field).Select(related => FormatFields.Value(group, related, "name"));
    }

    private static IEnumerable<PrintItem> Related(GroupView group, PrintItem item, string relation)
    {
        GroupConfiguration all = group.Configuration;
        return (item.Record, relation) switch
        {
            (VolumeRecord volume, "plex" or "pl" or "aslist") => all.PlexesOf(volume.Id).Select(Item),
            (PlexRecord plex, "subdisk" or "sd" or "aslist") => all.SubdisksOf(plex.Id).Select(Item),
            (PlexRecord plex, "sv") => all.SubVolumesOf(plex.Id).Select(Item),
            (SubVolumeRecord sub, "plex" or "pl") => [Item(all.Plexes[sub.PlexId])],
            (SubVolumeRecord sub, "volume" or "vol" or "v") => [Item(all.Volumes[sub.VolumeId])],
            (PlexRecord { VolumeId: { } volume }, "volume" or "vol" or "v") => [Item(all.Volumes[volume])],
            (SubdiskRecord { PlexId: { } plex }, "plex" or "pl") => [Item(all.Plexes[plex])],
            (SubdiskRecord subdisk, "dm" or "disk") => [Item(all.Disks[subdisk.DiskId])],
            (DiskRecord disk, "subdisk" or "sd" or "aslist") => all.SubdisksOn(disk.Id).Select(Item),
            _ => [],
        };
    }

    private static PrintItem Item(ObjectRecord record) => new(RecordFacts.Tag(record), record);

    private static bool IsRelation(string word) =>
        word is "plex" or "pl" or "aslist" or "subdisk" or "sd" or "volume" or "vol" or "v" or "dm" or "disk";

    private static bool IsField(string word) => FormatFields.IsKnown(word);

    private static (string Tag, string Field) Split(string word)
    {
        (string prefix, string tag) = (word.Split('_', 2) is [var first, _] ? first : "") switch
        {
            "v" => ("v_", "v"),
            "pl" => ("pl_", "pl"),
            "sd" => ("sd_", "sd"),
            "dm" when word is not "dm_name" and not "dm_offset" => ("dm_", "dm"),
            "dg" => ("dg_", "dg"),
            "any" => ("any_", ""),
            _ => ("", ""),
        };
        string field = word[prefix.Length..];
        if (word == "pl_offset")
        {
            return ("", word);
        }

        return (tag, Aliases.GetValueOrDefault(field, field));
    }
}
