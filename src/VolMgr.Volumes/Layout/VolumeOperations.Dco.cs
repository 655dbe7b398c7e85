using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Layout;

/// <summary>A volume to prepare for FastResync (vxsnap prepare).</summary>
public sealed record DcoRequest : StorageRequest
{
    /// <summary>The volume.</summary>
    public required string Volume { get; init; }

    /// <summary>Plexes of the log volume; null: two, or one where the volume has one.</summary>
    public int? MirrorCount { get; init; }

    /// <summary>Bytes of a region; null: 64 KiB, more where the map of a long volume would be too large.</summary>
    public long? RegionSize { get; init; }

    /// <summary>Version: 20 or 30.</summary>
    public int Version { get; init; } = 20;

    /// <summary>Whether it holds a dirty region log too (<c>drl=on</c>).</summary>
    public bool HasLog { get; init; }

    /// <summary>Whether that log is for a volume that is written in sequence (<c>drl=sequential</c>).</summary>
    public bool IsLogSequential { get; init; }

    internal long RegionOf(VolumeRecord volume) =>
        RegionSize ?? DetachMapGeometry.RegionFor(volume.Length, DetachMapGeometry.StandardRegion);
}

/// <content>Data change objects (vxsnap prepare, unprepare; vxvol set fastresync).</content>
public static partial class VolumeOperations
{
    /// <summary>The name of the log volume of a volume's DCO.</summary>
    public static string DcoLogName(string volume) => volume + "_dcl";

    /// <summary>The log volume that a DCO of the volume needs, to be created before <see cref="AddDco"/>: on other
    /// disks than the data where <paramref name="isApart"/>.</summary>
    public static Outcome<VolumeRequest> DcoLog(GroupConfiguration configuration, DcoRequest request, bool isApart)
    {
        if (configuration.FindVolume(request.Volume) is not { } volume)
        {
            return Refusals.VolumeNotFound(configuration, request.Volume);
        }

        if (CheckNoDco(configuration, volume, request.HasLog) is { } refusal)
        {
            return refusal;
        }

        if (CheckRegion(volume, request) is { } wrong)
        {
            return wrong;
        }

        int plexes = configuration.DataPlexesOf(volume.Id).Count;
        IEnumerable<StorageTerm> data = Placement.DisksOf(configuration, configuration.DataPlexesOf(volume.Id))
            .Select(disk => StorageTerm.Parse(configuration.Disks[disk].Name).Value);
        StorageSpecification storage = !isApart ? request.Storage
            : request.Storage with { Excluded = [.. request.Storage.Excluded, .. data] };
        return new VolumeRequest
        {
            Name = DcoLogName(volume.Name),
            Length = DetachMapGeometry.For(volume.Length, request.RegionOf(volume)).Length
                + (request.HasLog ? DirtyRegionLogGeometry.LogLength : 0),
            MirrorCount = request.MirrorCount ?? Math.Clamp(plexes, 1, 2),
            UseType = "gen",
            Init = VolumeInit.Zero,
            Storage = storage,
            Sites = request.Sites,
        };
    }

    /// <summary>Binds a volume to its log volume; nothing is tracked yet.</summary>
    public static Outcome<GroupConfiguration> AddDco(
        GroupConfiguration configuration, RecordId volumeId, RecordId logId, DcoRequest request)
    {
        VolumeRecord volume = configuration.Volumes[volumeId];
        if (CheckNoDco(configuration, volume, request.HasLog) is { } refusal)
        {
            return refusal;
        }

        long logLength = configuration.Volumes[logId].Length;
        if (DetachMapGeometry.OfLog(logLength, request.RegionOf(volume), request.HasLog).Capacity < volume.Length)
        {
            return new Refusal(
                ErrorCode.WrongUse, $"Volume {volume.Name}: it has grown meanwhile; prepare it again");
        }

        string name = volume.Name + "_dco";
        if (configuration.FindObject(name) is not null || !ObjectNames.IsLegal(name))
        {
            return Refusals.Exists("creating dco", name);
        }

        (configuration, RecordId id) = configuration.TakeId();
        if (request.HasLog)
        {
            configuration = configuration.With(volume with { LogsInSequence = request.IsLogSequential });
        }

        return configuration.With(new DcoRecord
        {
            Id = id,
            Name = name,
            VolumeId = volumeId,
            LogVolumeId = logId,
            RegionSize = request.RegionOf(volume),
            HasLog = request.HasLog,
            Version = request.Version,
        });
    }

    /// <summary>The volume has no DCO any more; plexes that were tracked come back by full copies.</summary>
    public static GroupConfiguration RemoveDco(GroupConfiguration configuration, RecordId volumeId) =>
        configuration.DcoOf(volumeId) is { } dco
            ? ForgetDetachMaps(configuration, volumeId).Without(dco.Id)
            : configuration;

    /// <summary>Whether plexes that are detached from now on are tracked (vxvol set fastresync=).</summary>
    public static Outcome<GroupConfiguration> SetTracking(
        GroupConfiguration configuration, RecordId volumeId, bool isTracking) =>
        configuration.DcoOf(volumeId) is { } dco
            ? configuration.With(dco with { IsTracking = isTracking })
            : new Refusal(
                ErrorCode.InvalidState,
                $"Volume {configuration.Volumes[volumeId].Name} has no DCO; prepare it by vxsnap prepare");

    /// <summary>What the maps know is not to be believed any more: their plexes come back by full copies.</summary>
    public static GroupConfiguration ForgetDetachMaps(GroupConfiguration configuration, RecordId volumeId) =>
        configuration.DataPlexesOf(volumeId).Where(plex => plex.DetachMap is not null)
            .Aggregate(configuration, (current, plex) => current.With(plex with { DetachMap = null }));

    /// <summary>The contents of a volume are what an administrator says: neither maps of its own plexes nor maps that
    /// lie on it are to be believed any more.</summary>
    private static GroupConfiguration ForgetMapsAbout(GroupConfiguration configuration, RecordId volumeId)
    {
        configuration = ForgetDetachMaps(configuration, volumeId);
        return configuration.DcoOnLog(volumeId) is { } dco
            ? ForgetDetachMaps(configuration, dco.VolumeId)
            : configuration;
    }

    /// <summary>A map that no plex of the volume uses; null if all are in use, or nothing is to be tracked.</summary>
    public static int? FreeDetachMap(GroupConfiguration configuration, RecordId volumeId)
    {
        if (configuration.DcoOf(volumeId) is not { IsTracking: true })
        {
            return null;
        }

        HashSet<int?> used = [.. configuration.DataPlexesOf(volumeId).Select(plex => plex.DetachMap)];
        return Enumerable.Range(0, DetachMapGeometry.MapCount).Select(map => (int?)map)
            .FirstOrDefault(map => !used.Contains(map));
    }

    private static Refusal? CheckRegion(VolumeRecord volume, DcoRequest request)
    {
        long size = request.RegionOf(volume);
        return !DetachMapGeometry.IsRegionSize(size)
            ? new Refusal(ErrorCode.Usage, "regionsize: Expected a power of two from 4k to 1g")
            : DetachMapGeometry.RegionFor(volume.Length, size) is long least && least > size
            ? new Refusal(
                ErrorCode.Usage,
                $"regionsize: Volume {volume.Name} needs at least {least >> 10}k; its maps would be too large")
            : null;
    }

    private static Refusal? CheckNoDco(GroupConfiguration configuration, VolumeRecord volume, bool hasLog) =>
        configuration.DcoOf(volume.Id) is not null
            ? new Refusal(ErrorCode.AlreadyExists, $"volume {volume.Name} is already instant ready")
        : configuration.DcoOnLog(volume.Id) is { } dco
            ? new Refusal(ErrorCode.InvalidState, $"Volume {volume.Name} is the log volume of {dco.Name}")
        : hasLog && configuration.PlexesOf(volume.Id).Any(plex => plex.IsLog)
            ? new Refusal(
                ErrorCode.InvalidState,
                $"Volume {volume.Name} has a dirty region log; remove it first (vxassist remove log), or use drl=off")
        : null;

    /// <summary>A volume with a DCO does not outgrow its maps.</summary>
    private static Refusal? CheckDcoCovers(GroupConfiguration configuration, VolumeRecord volume, long length)
    {
        if (configuration.DcoOf(volume.Id) is not { } dco)
        {
            return configuration.DcoOnLog(volume.Id) is { } own
                ? new Refusal(ErrorCode.InvalidState, $"Volume {volume.Name} is the log volume of {own.Name}")
                : null;
        }

        long log = configuration.Volumes[dco.LogVolumeId].Length;
        return dco.Geometry(log).Capacity >= length ? null : new Refusal(
            ErrorCode.InvalidState,
            $"Volume {volume.Name}: the maps of {dco.Name} do not cover {Refusals.Blocks(length)} blocks; "
            + "vxsnap unprepare it, grow it, and prepare it again");
    }
}
