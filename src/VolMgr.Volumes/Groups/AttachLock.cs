using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// The utility lock (tutil0) of a copy that runs longer than the command that started it: the plex carries
/// <c>ATT</c>, the volume <c>ATT1</c>, and commands that change the plexes of the volume are refused meanwhile. It is not
/// kept over a restart of the host.
/// </summary>
internal static class AttachLock
{
    public const string OnPlex = "ATT";
    public const string OnVolume = "ATT1";

    /// <summary>Whether the state says that an attach was begun and not completed.</summary>
    public static bool IsInterruptedAttach(PlexState state) =>
        state is PlexState.Temp or PlexState.TempRm or PlexState.TempRmSd;

    /// <summary>Refuses while another command holds the volume.</summary>
    public static Refusal? Check(VolumeRecord volume) => volume.TUtil0.Length == 0
        ? null
        : new Refusal(
            ErrorCode.Locked,
            $"Volume {volume.Name} is locked by another utility (tutil0 {volume.TUtil0}); "
            + "wait for its task, or abort it with vxtask abort");

    /// <summary>Gives the lock on a plex and its volume back.</summary>
    public static GroupConfiguration Release(GroupConfiguration configuration, RecordId volumeId, RecordId plexId)
    {
        if (configuration.Plexes.TryGetValue(plexId, out PlexRecord? plex) && plex.TUtil0 == OnPlex)
        {
            configuration = configuration.With(plex with { TUtil0 = "" });
        }
        bool hasOther = configuration.DataPlexesOf(volumeId).Any(other => other.TUtil0 == OnPlex);
        return !hasOther && configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume)
            && volume.TUtil0 == OnVolume
            ? configuration.With(volume with { TUtil0 = "" })
            : configuration;
    }
}
