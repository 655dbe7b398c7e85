using VolMgr.Commands.Views;
using VolMgr.Commands.Vxinfo;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxrecover;

/// <summary>What <c>vxrecover</c> says with <c>-p</c> and <c>-v</c>.</summary>
internal static class RecoverWords
{
    /// <summary>The stopped volumes that could be started: name, group id, usage type, and whether a plex was lost by
    /// I/O, needs a copy, or the volume is just stopped.</summary>
    public static IEnumerable<string> Startable(VolumeHost host, DiskGroup group, IReadOnlyList<string> names)
    {
        GroupView view = HostReading.Of(host).Groups.First(
            each => each.Configuration.Group.GroupId == group.GroupId);
        return view.Configuration.Volumes.Values
            .Where(volume => view.Configuration.VolumeAbove(volume.Id) is null
                && (names.Count == 0 || names.Contains(volume.Name))
                && VxinfoCommand.Condition(view, volume) == "Startable")
            .OrderBy(volume => volume.Name, StringComparer.Ordinal)
            .Select(volume => $"{volume.Name} {group.GroupId} {volume.UseType} {Flag(view, volume)}");
    }

    /// <summary>The volumes that are stopped.</summary>
    public static IReadOnlySet<string> Stopped(DiskGroup group) => group.Current.Volumes.Values
        .Where(volume => volume.KernelState == VolumeKernelState.Disabled).Select(volume => volume.Name)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>A line for each volume that was started, and one for the task of the copies.</summary>
    public static IEnumerable<string> Done(DiskGroup group, IReadOnlySet<string> stopped, VolumeTask? task) =>
        stopped.Except(Stopped(group)).Order(StringComparer.Ordinal)
            .Select(name => $"Volume {name} of disk group {group.Name} started")
            .Concat(task is null ? [] : [$"Recovery of disk group {group.Name} runs as task {task.Id}"]);

    private static string Flag(GroupView view, VolumeRecord volume)
    {
        IReadOnlyList<PlexRecord> plexes = view.Configuration.DataPlexesOf(volume.Id);
        return plexes.Any(plex => plex.State == PlexState.IoFail) ? "kdetach"
            : plexes.Any(plex => plex.State == PlexState.Stale) ? "stale" : "stopped";
    }
}
