using VolMgr.Cli.Engine;
using VolMgr.Cli.Service.Replies;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Cli.Service;

/// <summary>Groups and volumes for answers of the API.</summary>
internal static class GroupViews
{
    /// <summary>A group.</summary>
    public static GroupReply Of(RunningHost host, DiskGroup group)
    {
        GroupConfiguration current = group.Current;
        return new GroupReply(
            host.Host.Name,
            group.Name,
            group.GroupId,
            current.Group.Version,
            group.Generation,
            FreeSpace.Of(current).Sum(extent => extent.Length),
            [.. current.Disks.Values.OrderBy(disk => disk.Name, StringComparer.Ordinal)
                .Select(disk => new MediaReply(
                    disk.Name,
                    disk.LastDeviceName,
                    disk.PublicLength,
                    disk.IsRemoved ? 0 : FreeSpace.On(current, disk.Id).Sum(extent => extent.Length),
                    disk.IsFailing,
                    disk.IsRemoved))],
            [.. current.Volumes.Values.Select(volume => volume.Name).Order(StringComparer.Ordinal)]);
    }

    /// <summary>A volume.</summary>
    public static VolumeReply Of(
        RunningHost host, DiskGroup group, VolumeRecord volume, IReadOnlyList<string> uris)
    {
        GroupConfiguration current = group.Current;
        VolumeDevice? device = group.OpenVolume(volume.Name);
        return new VolumeReply(
            host.Host.Name,
            group.Name,
            volume.Name,
            volume.Length,
            StateNames.Text(volume.KernelState),
            StateNames.Text(volume.State),
            volume.UseType,
            device?.OpenCount ?? 0,
            device?.IsRecovering ?? false,
            uris,
            device is null ? null : Of(device.Statistics),
            [.. current.PlexesOf(volume.Id).Select(plex => Of(current, plex))]);
    }

    private static StatisticsReply Of(VolumeStatistics statistics) =>
        new(Of(statistics.Reads), Of(statistics.Writes), Of(statistics.Flushes));

    private static DirectionReply Of(DirectionStatistics direction) =>
        new(direction.Operations, direction.Bytes, direction.Time.TotalSeconds, direction.Failures);

    private static PlexReply Of(GroupConfiguration current, PlexRecord plex) => new(
        plex.Name,
        StateNames.Text(plex.KernelState),
        StateNames.Text(plex.State),
        plex.Mode == PlexMode.ReadWrite ? "RW" : "WO",
        StateNames.Text(plex.Layout),
        plex.ColumnCount,
        plex.IsLog,
        [.. current.SubdisksOf(plex.Id).Select(subdisk => new SubdiskReply(
            subdisk.Name,
            current.Disks[subdisk.DiskId].Name,
            subdisk.DiskOffset,
            subdisk.Length,
            subdisk.Column,
            subdisk.PlexOffset))]);
}
