using VolMgr.Arrays;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Vxstat;

/// <summary>What was counted for each object of a group, by kind and name. What takes no part in a started volume was
/// never counted, and has zeroes.</summary>
internal static class StatisticsReading
{
    /// <summary>What applications did to volumes.</summary>
    public static IEnumerable<(string Type, string Name, TalliedIo Io)> OfVolumes(DiskGroup group) =>
        Volumes(group).Select(volume => group.OpenVolume(volume.Name) is { } device
            ? ("vol", volume.Name, new TalliedIo(device.Statistics, device.StatisticsBaseline))
            : ("vol", volume.Name, default));

    /// <summary>What reached plexes, copies included.</summary>
    public static IEnumerable<(string Type, string Name, TalliedIo Io)> OfPlexes(DiskGroup group) =>
        Volumes(group).SelectMany(volume =>
        {
            Dictionary<string, TalliedIo> counted = group.OpenVolume(volume.Name)?.PlexStatistics
                .ToDictionary(plex => plex.Plex, plex => plex.Io, StringComparer.Ordinal) ?? [];
            return group.Current.DataPlexesOf(volume.Id).Select(
                plex => ("pl", plex.Name, counted.GetValueOrDefault(plex.Name)));
        });

    /// <summary>What reached subdisks of data plexes, copies included.</summary>
    public static IEnumerable<(string Type, string Name, TalliedIo Io)> OfSubdisks(DiskGroup group) =>
        Volumes(group).SelectMany(volume =>
        {
            Dictionary<(RecordId, long), TalliedIo> counted = group.OpenVolume(volume.Name)?.PlexStatistics
                .SelectMany(plex => plex.Subdisks)
                .ToDictionary(subdisk => (subdisk.DiskId, subdisk.DiskOffset), subdisk => subdisk.Io) ?? [];
            return group.Current.DataPlexesOf(volume.Id).SelectMany(plex => group.Current.SubdisksOf(plex.Id)).Select(
                subdisk => ("sd", subdisk.Name, counted.GetValueOrDefault((subdisk.DiskId, subdisk.DiskOffset))));
        });

    /// <summary>What reached disks while their I/O is counted.</summary>
    public static IEnumerable<(string Type, string Name, TalliedIo Io)> OfDisks(VolumeHost host, DiskGroup group) =>
        host.Disks
            .Where(disk => disk.IsImported && disk.GroupId == group.GroupId && disk.DiskMediaName.Length > 0)
            .OrderBy(disk => disk.DiskMediaName, StringComparer.Ordinal)
            .Select(disk => ("dm", disk.DiskMediaName, new TalliedIo(Of(disk.Node.Counts), default)));

    private static IEnumerable<VolumeRecord> Volumes(DiskGroup group) =>
        group.Current.Volumes.Values.OrderBy(volume => volume.Name, StringComparer.Ordinal);

    private static VolumeStatistics Of(IoCounts counts) => new(
        new DirectionStatistics(counts.Reads, counts.ReadBytes, counts.ReadTime, 0),
        new DirectionStatistics(counts.Writes, counts.WrittenBytes, counts.WriteTime, 0),
        default);
}
