using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxrecover;

/// <summary><c>vxrecover -E</c>: volumes that were never started, such as those that <c>vxmake</c> described again,
/// become startable. What the first plex holds counts, the others are copied from it: nothing is cleared, and a crash
/// in between leaves no mirror that passes for equal.</summary>
internal static class EmptyVolumes
{
    /// <summary>Prepares those of the names, or of the group; the last exit code.</summary>
    public static async Task<int> PrepareAsync(Invocation invocation, DiskGroup group, IReadOnlyList<string> names)
    {
        GroupConfiguration current = group.Current;
        IEnumerable<string> empty = current.Volumes.Values
            .Where(volume => volume is { State: VolumeState.Empty, KernelState: VolumeKernelState.Disabled }
                && current.VolumeAbove(volume.Id) is null
                && (names.Count == 0 || names.Contains(volume.Name)))
            .Select(volume => volume.Name).Order(StringComparer.Ordinal);
        return await invocation.ForEachAsync(empty, name => PrepareAsync(group, name));
    }

    private static async Task<Outcome> PrepareAsync(DiskGroup group, string name)
    {
        GroupConfiguration current = group.Current;
        return current.FindVolume(name) is not { } volume ? Vxassist.VolumeRefusals.NoVolume(name)
            : current.VolumesBelow(volume.Id).Count > 0 ? new Refusal(
                ErrorCode.InvalidState,
                $"Volume {name} is layered and was never started: use vxvol init active where its mirrors are equal, "
                    + "else vxvol init zero")
            : current.DataPlexesOf(volume.Id) is [var first, ..] ? await group.InitializeCleanAsync(first.Name)
            : new Refusal(ErrorCode.InvalidState, $"Volume {name} has no plex to start from");
    }
}
