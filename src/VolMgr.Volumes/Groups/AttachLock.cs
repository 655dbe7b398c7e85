using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// The utility lock (tutil0) of a copy that runs longer than the command that started it: the plex carries
/// <c>ATT</c>, the volume <c>ATT1</c>, and commands that change the plexes of the volume are refused meanwhile. It is
/// not kept over a restart of the host.
/// </summary>
internal static class AttachLock
{
    /// <summary>Whether an attach of the plex was begun and not completed.</summary>
    public static bool IsInterrupted(PlexRecord plex) => plex.IsTemporary();

    /// <summary>The refusal of a command that finds the volume locked.</summary>
    public static Refusal Refuse(VolumeRecord volume) => new(
        ErrorCode.Locked,
        $"Volume {volume.Name} is locked by another utility; wait for its task, or abort it with vxtask abort");

    /// <summary>Gives the lock back when no other copy to the volume holds it.</summary>
    public static GroupConfiguration Release(GroupConfiguration configuration, RecordId volumeId) =>
        configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume)
            && volume.TUtil0 == VolumeOperations.AttachingVolumeLock
            && !configuration.DataPlexesOf(volumeId).Any(plex => plex.TUtil0 == VolumeOperations.AttachingPlexLock)
            ? configuration.With(volume with { TUtil0 = "" })
            : configuration;

    /// <summary>Keeps the lock of the volume while another copy holds its plex.</summary>
    public static GroupConfiguration Keep(GroupConfiguration configuration, RecordId volumeId) =>
        configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume)
            && configuration.DataPlexesOf(volumeId).Any(plex => plex.TUtil0 == VolumeOperations.AttachingPlexLock)
            ? configuration.With(volume with { TUtil0 = VolumeOperations.AttachingVolumeLock })
            : configuration;
}
