using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Commands.Vxprint;

/// <summary>The fields that <c>vxprint -F</c> can show; lengths and offsets are sectors.</summary>
internal static class FormatFields
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "type", "name", "assoc", "kstate", "len", "state", "tutil0", "putil0", "comment", "rid", "device", "da_name",
        "column_pl_offset", "pl_offset", "dev_offset", "dm_name", "plex", "volume", "vol", "layout", "ncolumn",
        "stwidth", "iomode", "read_pol", "pref_name", "usetype", "use_type", "nplex", "user", "group", "mode",
        "dgname", "dgid", "align", "diskid", "last_da_name", "pub_len", "priv_len", "publen", "privlen", "base_minor",
        "version", "cds",
    };

    /// <summary>Whether there is such a field.</summary>
    public static bool IsKnown(string field) => Names.Contains(field);

    /// <summary>The value of a field, empty if the record has none.</summary>
    public static string Value(GroupView group, PrintItem item, string field)
    {
        GroupConfiguration all = group.Configuration;
        string common = field switch
        {
            "type" => item.Tag,
            "name" => item.Record?.Name ?? group.Name,
            "dgname" => group.Name,
            "dgid" => all.Group.GroupId,
            "tutil0" => item.Record?.TUtil0 ?? "",
            "putil0" => item.Record?.PUtil0 ?? "",
            "comment" => item.Record?.Comment ?? "",
            "rid" => item.Record is { } record ? $"{record.Id}" : "",
            _ => "",
        };
        return common.Length > 0 ? common : item.Record switch
        {
            null => Group(all.Group, field),
            DiskRecord disk => Disk(group, disk, field),
            VolumeRecord volume => Volume(all, volume, field),
            PlexRecord plex => Plex(all, plex, field),
            SubdiskRecord subdisk => Subdisk(group, subdisk, field),
            _ => "",
        };
    }

    private static string Group(DiskGroupRecord group, string field) => field switch
    {
        "assoc" => group.Name,
        "align" => group.IsCds ? "16" : "1",
        "base_minor" => $"{group.BaseMinor}",
        "version" => $"{group.Version}",
        "cds" => group.IsCds ? "on" : "off",
        _ => "",
    };

    private static string Disk(GroupView group, DiskRecord disk, string field) => field switch
    {
        "assoc" or "device" or "da_name" => group.DeviceOf(disk.Id),
        "last_da_name" => disk.LastDeviceName,
        "len" or "pub_len" or "publen" => RecordFacts.Sectors(disk.PublicLength),
        "priv_len" or "privlen" => RecordFacts.Sectors(disk.PrivateLength),
        "diskid" => disk.DiskId,
        "dm_name" => disk.Name,
        "state" => RecordFacts.DiskState(group, disk),
        _ => "",
    };

    private static string Volume(GroupConfiguration all, VolumeRecord volume, string field) => field switch
    {
        "assoc" or "usetype" or "use_type" => volume.UseType,
        "kstate" => StateNames.Text(volume.KernelState),
        "state" => StateNames.Text(volume.State),
        "len" => RecordFacts.Sectors(volume.Length),
        "read_pol" => StateNames.Text(volume.ReadPolicy),
        "pref_name" => RecordFacts.PreferredPlex(all, volume),
        "plex" => string.Join(',', all.PlexesOf(volume.Id).Select(plex => plex.Name)),
        "nplex" => $"{all.PlexesOf(volume.Id).Count}",
        "vol" or "volume" => volume.Name,
        "user" => volume.User,
        "group" => volume.Group,
        "mode" => volume.Mode,
        _ => "",
    };

    private static string Plex(GroupConfiguration all, PlexRecord plex, string field) => field switch
    {
        "assoc" or "vol" or "volume" => RecordFacts.NameOf(all, plex.VolumeId),
        "kstate" => StateNames.Text(plex.KernelState),
        "state" => StateNames.Text(plex.State),
        "len" => RecordFacts.Sectors(RecordFacts.LengthOf(all, plex)),
        "layout" => StateNames.Text(plex.Layout),
        "ncolumn" => $"{plex.ColumnCount}",
        "stwidth" => RecordFacts.Sectors(plex.StripeUnit),
        "iomode" => plex.Mode == PlexMode.WriteOnly ? "WO" : "RW",
        "plex" => plex.Name,
        _ => "",
    };

    private static string Subdisk(GroupView group, SubdiskRecord subdisk, string field) => field switch
    {
        "assoc" or "plex" => RecordFacts.NameOf(group.Configuration, subdisk.PlexId),
        "kstate" => RecordFacts.SubdiskMode(group, subdisk) == "ENA" ? "ENABLED" : "DISABLED",
        "len" => RecordFacts.Sectors(subdisk.Length),
        "column_pl_offset" => RecordFacts.PlexOffset(group.Configuration, subdisk),
        "pl_offset" => RecordFacts.Sectors(subdisk.PlexOffset),
        "dev_offset" => RecordFacts.Sectors(subdisk.DiskOffset),
        "dm_name" => RecordFacts.NameOf(group.Configuration, subdisk.DiskId),
        "device" or "da_name" => group.DeviceOf(subdisk.DiskId),
        "vol" or "volume" => subdisk.PlexId is { } plex
            ? RecordFacts.NameOf(group.Configuration, group.Configuration.Plexes.GetValueOrDefault(plex)?.VolumeId)
            : "",
        _ => "",
    };
}
