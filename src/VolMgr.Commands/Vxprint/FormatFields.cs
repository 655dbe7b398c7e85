using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Commands.Vxprint;

/// <summary>The fields of records that <c>vxprint -F</c> shows and <c>-e</c> asks for; lengths and offsets are
/// sectors.</summary>
internal static class FormatFields
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "aslist", "align", "assoc", "base_minor", "cds", "column", "column_pl_offset", "comment", "complete",
        "contig_len", "da_name", "dev_offset", "device", "devopen", "dgid", "dgname", "diskid", "dm_name",
        "dm_offset", "failing", "group", "iomode", "kstate", "last_da_name", "layout", "len", "log", "log_vol",
        "minor", "mode", "name", "ncolumn", "nohotuse", "nplex", "nsd", "offset", "orig_dmname", "parent_vol", "path",
        "pl_offset", "plex", "pref_name", "priv_len", "privlen", "pub_len", "publen", "putil0", "read_pol",
        "regionsz", "removed", "reserve", "rid", "sd", "spare", "state", "stwidth", "subdisk", "tutil0", "type",
        "use_type", "user", "usetype", "version", "vol", "volume",
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
            VolumeRecord volume => Volume(group, volume, field),
            PlexRecord plex => Plex(group, plex, field),
            SubdiskRecord subdisk => Subdisk(group, subdisk, field),
            DcoRecord dco => Dco(all, dco, field),
            SubVolumeRecord sub => SubVolume(group, sub, field),
            _ => "",
        };
    }

    private static string Dco(GroupConfiguration all, DcoRecord dco, string field) => field switch
    {
        "assoc" or "vol" or "volume" or "parent_vol" => RecordFacts.NameOf(all, dco.VolumeId),
        "log_vol" => RecordFacts.NameOf(all, dco.LogVolumeId),
        "regionsz" => RecordFacts.Sectors(dco.RegionSize),
        "version" => $"{dco.Version}",
        _ => "",
    };

    private static string SubVolume(GroupView group, SubVolumeRecord sub, string field)
    {
        GroupConfiguration all = group.Configuration;
        return field switch
        {
            "assoc" or "plex" => RecordFacts.NameOf(all, sub.PlexId),
            "kstate" => "ENABLED",
            "len" => group.Length(sub.Length),
            "column" => $"{sub.Column}",
            "column_pl_offset" => RecordFacts.PlexOffset(group, sub),
            "pl_offset" => group.Length(sub.PlexOffset),
            "vol" or "volume" or "device" => RecordFacts.NameOf(all, sub.VolumeId),
            _ => "",
        };
    }

    private static string Group(DiskGroupRecord group, string field) => field switch
    {
        "assoc" => group.Name,
        "align" => group.IsCds ? "16" : "1",
        "base_minor" => $"{group.BaseMinor}",
        "version" => $"{group.Version}",
        "cds" => Flag(group.IsCds),
        _ => "",
    };

    private static string Disk(GroupView group, DiskRecord disk, string field) => field switch
    {
        "assoc" or "device" or "da_name" => group.DeviceOf(disk.Id),
        "path" => group.DeviceOf(disk.Id) is { Length: > 0 } device ? $"/dev/vx/dmp/{device}s3" : "",
        "last_da_name" => disk.LastDeviceName,
        "len" or "pub_len" or "publen" => group.Length(disk.PublicLength),
        "priv_len" or "privlen" => group.Length(disk.PrivateLength),
        "diskid" => disk.DiskId,
        "dm_name" => disk.Name,
        "state" => RecordFacts.DiskState(group, disk),
        "failing" => Flag(disk.IsFailing),
        "nohotuse" => Flag(disk.IsNoHotUse),
        "removed" => Flag(disk.IsRemoved),
        "reserve" => Flag(disk.IsReserved),
        "spare" => Flag(disk.IsSpare),
        "nsd" => $"{group.Configuration.SubdisksOn(disk.Id).Count}",
        "sd" or "subdisk" => string.Join(',', group.Configuration.SubdisksOn(disk.Id).Select(sd => sd.Name)),
        _ => "",
    };

    private static string Volume(GroupView group, VolumeRecord volume, string field)
    {
        GroupConfiguration all = group.Configuration;
        return field switch
        {
            "assoc" or "usetype" or "use_type" => volume.UseType,
            "kstate" => StateNames.Text(volume.KernelState),
            "state" => StateNames.Text(volume.State),
            "len" => group.Length(volume.Length),
            "read_pol" => StateNames.Text(volume.ReadPolicy),
            "pref_name" => RecordFacts.PreferredPlex(all, volume),
            "plex" or "aslist" => string.Join(',', all.PlexesOf(volume.Id).Select(plex => plex.Name)),
            "nplex" => $"{all.PlexesOf(volume.Id).Count}",
            "vol" or "volume" => volume.Name,
            "user" => volume.User,
            "group" => volume.Group,
            "mode" => volume.Mode,
            "devopen" => Flag(group.OpenVolumes.Contains(volume.Name)),
            "minor" => $"{all.Group.BaseMinor + volume.Minor}",
            "path" => $"/dev/vx/dsk/{group.Name}/{volume.Name}",
            "log" => Flag(all.PlexesOf(volume.Id).Any(plex => plex.IsLog)),
            _ => "",
        };
    }

    private static string Plex(GroupView group, PlexRecord plex, string field)
    {
        GroupConfiguration all = group.Configuration;
        return field switch
        {
            "assoc" or "vol" or "volume" => RecordFacts.NameOf(all, plex.VolumeId),
            "kstate" => StateNames.Text(plex.KernelState),
            "state" => StateNames.Text(plex.State),
            "len" or "contig_len" => group.Length(RecordFacts.LengthOf(all, plex)),
            "layout" => StateNames.Text(plex.Layout),
            "ncolumn" => $"{plex.ColumnCount}",
            "stwidth" => group.Length(plex.StripeUnit),
            "iomode" => plex.Mode == PlexMode.WriteOnly ? "WO" : "RW",
            "plex" => plex.Name,
            "sd" or "subdisk" or "aslist" => string.Join(',', all.SubVolumesOf(plex.Id).Select(sub => sub.Name)
                .Concat(all.SubdisksOf(plex.Id).Select(sd => sd.Name))),
            "nsd" => $"{all.SubdisksOf(plex.Id).Count}",
            "log" => Flag(plex.IsLog),
            "complete" => Flag(!plex.IsLog && plex.VolumeId is { } id
                && RecordFacts.LengthOf(all, plex) >= all.Volumes[id].Length),
            _ => "",
        };
    }

    private static string Subdisk(GroupView group, SubdiskRecord subdisk, string field)
    {
        GroupConfiguration all = group.Configuration;
        return field switch
        {
            "assoc" or "plex" => RecordFacts.NameOf(all, subdisk.PlexId),
            "kstate" => RecordFacts.SubdiskMode(group, subdisk) == "ENA" ? "ENABLED" : "DISABLED",
            "len" => group.Length(subdisk.Length),
            "column" => $"{subdisk.Column}",
            "column_pl_offset" => RecordFacts.PlexOffset(group, subdisk),
            "pl_offset" => group.Length(subdisk.PlexOffset),
            "dev_offset" or "dm_offset" or "offset" => group.Length(subdisk.DiskOffset),
            "dm_name" => RecordFacts.NameOf(all, subdisk.DiskId),
            "orig_dmname" => subdisk.OriginalDisk,
            "device" or "da_name" => group.DeviceOf(subdisk.DiskId),
            "path" => group.DeviceOf(subdisk.DiskId) is { Length: > 0 } device ? $"/dev/vx/dmp/{device}s3" : "",
            "vol" or "volume" => subdisk.PlexId is { } plex
                ? RecordFacts.NameOf(all, all.Plexes.GetValueOrDefault(plex)?.VolumeId)
                : "",
            _ => "",
        };
    }

    private static string Flag(bool value) => value ? "on" : "off";
}
