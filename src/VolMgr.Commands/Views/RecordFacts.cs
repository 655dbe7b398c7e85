using VolMgr.Commands.Parsing;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Commands.Views;

/// <summary>The numbers and words of records as listings print them (vxvm.md 2.1 to 2.5, 5.2).</summary>
internal static class RecordFacts
{
    /// <summary>The tag of a record: dm, sd, sv, pl, dc or v.</summary>
    public static string Tag(ObjectRecord record) => record switch
    {
        DiskRecord => "dm",
        SubdiskRecord => "sd",
        PlexRecord => "pl",
        DcoRecord => "dc",
        SubVolumeRecord => "sv",
        _ => "v",
    };

    /// <summary>Bytes as a decimal number of sectors.</summary>
    public static string Sectors(long bytes) => $"{Sizes.InSectors(bytes)}";

    /// <summary>State of a disk: a dash while all is well.</summary>
    public static string DiskState(GroupView group, DiskRecord disk) => disk switch
    {
        { IsRemoved: true } => "REMOVED",
        _ when group.DeviceOf(disk.Id).Length == 0 => "NODEVICE",
        { IsFailing: true } => "FAILING",
        { IsSpare: true } => "SPARE",
        { IsReserved: true } => "RESERVED",
        { IsNoHotUse: true } => "NOHOTUSE",
        _ => "-",
    };

    /// <summary>Mode of a subdisk.</summary>
    public static string SubdiskMode(GroupView group, SubdiskRecord subdisk)
    {
        DiskRecord? disk = group.Configuration.Disks.GetValueOrDefault(subdisk.DiskId);
        return disk is { IsRemoved: true } ? "RMOV"
            : group.DeviceOf(subdisk.DiskId).Length == 0 ? "NDEV" : "ENA";
    }

    /// <summary>Bytes that a plex can address.</summary>
    public static long LengthOf(GroupConfiguration configuration, PlexRecord plex) =>
        PlexMap.Of(configuration, plex.Id).Length;

    /// <summary>Offset of a subdisk in its plex, with the column in front if the plex is striped.</summary>
    public static string PlexOffset(GroupView group, SubdiskRecord subdisk)
    {
        PlexRecord? plex = subdisk.PlexId is { } id ? group.Configuration.Plexes.GetValueOrDefault(id) : null;
        string offset = group.Length(subdisk.PlexOffset);
        return plex switch
        {
            null => "-",
            { IsLog: true } => "LOG",
            { Layout: PlexLayout.Stripe } => $"{subdisk.Column}/{offset}",
            _ => offset,
        };
    }

    /// <summary>Mirrors of the volume below a sub-volume: those that serve reads, and all (<c>AM/NM</c>).</summary>
    public static string Mirrors(GroupConfiguration configuration, SubVolumeRecord sub)
    {
        IReadOnlyList<PlexRecord> plexes = configuration.DataPlexesOf(sub.VolumeId);
        bool isStarted = configuration.Volumes.GetValueOrDefault(sub.VolumeId)
            is { KernelState: VolumeKernelState.Enabled };
        int active = plexes.Count(plex => isStarted ? plex.IsReadable() : plex.IsTrusted());
        return $"{active}/{plexes.Count}";
    }

    /// <summary>Offset of a sub-volume in its plex, with the column in front if the plex is striped.</summary>
    public static string PlexOffset(GroupView group, SubVolumeRecord sub) =>
        group.Configuration.Plexes.GetValueOrDefault(sub.PlexId) is { Layout: PlexLayout.Stripe }
            ? $"{sub.Column}/{group.Length(sub.PlexOffset)}" : group.Length(sub.PlexOffset);

    /// <summary>The plex that serves reads by policy: the preferred one, or with SELECT the only striped one.</summary>
    public static string PreferredPlex(GroupConfiguration configuration, VolumeRecord volume)
    {
        if (volume.ReadPolicy == ReadPolicy.Prefer)
        {
            return volume.PreferredPlexId is { } id ? NameOf(configuration, id) : "-";
        }

        List<PlexRecord> striped =
            [.. configuration.DataPlexesOf(volume.Id).Where(plex => plex.Layout == PlexLayout.Stripe)];
        return volume.ReadPolicy == ReadPolicy.Select && striped.Count == 1 ? striped[0].Name : "-";
    }

    /// <summary>Name of the record with that id, or a dash.</summary>
    public static string NameOf(GroupConfiguration configuration, RecordId? id)
    {
        if (id is not { } key)
        {
            return "-";
        }

        ObjectRecord? record = configuration.Volumes.GetValueOrDefault(key)
            ?? configuration.Plexes.GetValueOrDefault(key)
            ?? (ObjectRecord?)configuration.Disks.GetValueOrDefault(key);
        return record?.Name ?? "-";
    }
}
