using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxnotify;

/// <summary>What happened to the groups of a host between two readings, in the lines of <c>vxnotify</c> (vxvm.md
/// 2.9).</summary>
internal static class ConfigurationEvents
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Between(IReadOnlyList<GroupView> before, IReadOnlyList<GroupView> now)
    {
        foreach (GroupView gone in before.Where(group => Find(now, group) is null))
        {
            yield return $"deport {Named(gone)}";
        }

        foreach (GroupView group in now)
        {
            if (Find(before, group) is not { } old)
            {
                yield return $"import {Named(group)}";
                continue;
            }

            if (group.IsDisabled && !old.IsDisabled)
            {
                yield return $"disable {Named(group)}";
            }

            foreach (string line in Changes(old, group))
            {
                yield return line;
            }

            if (group.Generation != old.Generation)
            {
                yield return $"change {Named(group)}";
            }
        }
    }

    private static IEnumerable<string> Changes(GroupView old, GroupView group)
    {
        foreach (PlexRecord plex in group.Configuration.Plexes.Values)
        {
            if (plex is { KernelState: PlexKernelState.Detached, VolumeId: { } volume }
                && old.Configuration.Plexes.GetValueOrDefault(plex.Id)?.KernelState == PlexKernelState.Enabled)
            {
                yield return $"detach plex {plex.Name} volume {group.Configuration.Volumes[volume].Name} "
                    + Named(group);
            }
        }

        foreach (DiskRecord disk in group.Configuration.Disks.Values)
        {
            if (group.DeviceOf(disk.Id).Length == 0 && old.DeviceOf(disk.Id) is { Length: > 0 } device)
            {
                yield return $"detach disk {disk.Name} device {device} {Named(group)}";
            }
        }

        foreach (VolumeRecord volume in group.Configuration.Volumes.Values)
        {
            bool isStarted = volume.KernelState == VolumeKernelState.Enabled;
            bool wasStarted = old.Configuration.Volumes.GetValueOrDefault(volume.Id)?.KernelState
                == VolumeKernelState.Enabled;
            if (isStarted != wasStarted)
            {
                yield return $"{(isStarted ? "start" : "stop")} volume {volume.Name} {Named(group)}";
            }
        }

        foreach (VolumeRecord gone in old.Configuration.Volumes.Values.Where(volume =>
            volume.KernelState == VolumeKernelState.Enabled && !group.Configuration.Volumes.ContainsKey(volume.Id)))
        {
            yield return $"stop volume {gone.Name} {Named(group)}";
        }
    }

    private static GroupView? Find(IReadOnlyList<GroupView> groups, GroupView group) => groups.FirstOrDefault(
        other => other.Configuration.Group.GroupId == group.Configuration.Group.GroupId);

    private static string Named(GroupView group) => $"dg {group.Name} dgid {group.Configuration.Group.GroupId}";
}
