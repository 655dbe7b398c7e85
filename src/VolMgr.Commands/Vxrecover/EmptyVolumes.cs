using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxrecover;

/// <summary><c>vxrecover -E</c>: starts volumes that were never started, such as those that <c>vxmake</c> described
/// again. What is on their disks counts: nothing is cleared, and several plexes are made equal by a copy.</summary>
internal static class EmptyVolumes
{
    /// <summary>Starts those of the names, or of the group; the last exit code, and the copies that run.</summary>
    public static async Task<(int Code, IReadOnlyList<VolumeTask> Tasks)> StartAsync(
        Invocation invocation, DiskGroup group, IReadOnlyList<string> names, CopyOptions copy)
    {
        int code = 0;
        List<VolumeTask> tasks = [];
        foreach (VolumeRecord volume in group.Current.Volumes.Values
            .Where(volume => volume is { State: VolumeState.Empty, KernelState: VolumeKernelState.Disabled }
                && group.Current.VolumeAbove(volume.Id) is null
                && (names.Count == 0 || names.Contains(volume.Name)))
            .OrderBy(volume => volume.Name, StringComparer.Ordinal).ToList())
        {
            Outcome begun = await group.InitializeVolumeAsync(volume.Name, VolumeInit.Active);
            if (!begun.IsDone)
            {
                code = await invocation.RefuseAsync(begun.Refusal);
                continue;
            }

            IEnumerable<RecordId> parts = group.Current.VolumesBelow(volume.Id).DefaultIfEmpty(volume.Id);
            foreach (RecordId part in parts.Where(_ => !invocation.Options.Has('n'))
                .Where(part => group.Current.DataPlexesOf(part).Count > 1).ToList())
            {
                Outcome<VolumeTask> copying = await group.ResyncAsync(group.Current.Volumes[part].Name, copy);
                code = copying.IsDone ? code : await invocation.RefuseAsync(copying.Refusal);
                tasks.AddRange(copying.IsDone ? [copying.Value] : []);
            }
        }

        return (code, tasks);
    }
}
