using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Captures;

/// <summary>A data change object as captures tell of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Volume">The volume whose changes it follows.</param>
/// <param name="Log">Its log volume.</param>
internal sealed record CapturedDco(string Name, string Volume, string Log)
{
    /// <summary>Bytes of a region; 0 where the captures do not tell.</summary>
    public long RegionSize { get; init; }

    /// <summary>Its version.</summary>
    public int Version { get; init; } = 20;

    /// <summary>The configuration with it; the same where this program has no such object: version 0, layered volumes,
    /// a log volume too short for the maps.</summary>
    public GroupConfiguration AddTo(GroupConfiguration built, RecordId id)
    {
        bool isFound = built.FindVolume(Volume) is { } volume && built.FindVolume(Log) is { } log;
        if (!isFound || Version is not (20 or 30) || built.FindObject(Name) is not null)
        {
            return built;
        }

        volume = built.FindVolume(Volume)!;
        log = built.FindVolume(Log)!;
        bool isFree = new[] { volume.Id, log.Id }.All(each => built.DcoOf(each) is null
            && built.DcoOnLog(each) is null && !built.IsLayered(each) && built.VolumeAbove(each) is null);
        long region = RegionSize > 0 ? RegionSize : DetachMapGeometry.StandardRegion;
        while (RegionSize == 0 && region < DetachMapGeometry.LargestRegion && !Fits(volume, log, region))
        {
            region *= 2;
        }

        return isFree && volume.Id != log.Id && DetachMapGeometry.IsRegionSize(region) && Fits(volume, log, region)
            ? built.With(new DcoRecord
            {
                Id = id,
                Name = Name,
                VolumeId = volume.Id,
                LogVolumeId = log.Id,
                RegionSize = region,
                Version = Version,
            })
            : built;
    }

    private static bool Fits(VolumeRecord volume, VolumeRecord log, long region) =>
        DetachMapGeometry.OfLog(log.Length, region, hasLog: false) is { PagesPerMap: > 0 } maps
        && maps.Capacity >= volume.Length;
}
