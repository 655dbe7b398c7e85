using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <summary>
/// The operations on a group's objects as pure functions: configuration in, configuration out, or a refusal that says
/// why and changes nothing. No I/O, no clock; what has to happen to data (copy, zero, recovery) is told in the result.
/// <list type="bullet">
/// <item>A sound configuration stays sound (<see cref="ConfigurationChecks"/>).</item>
/// <item>The last complete plex with trusted contents is given up only by force.</item>
/// <item>While an attach runs (tutil0), nobody else changes the volume; a failing device may.</item>
/// <item>States change only by the tables of <c>States</c>.</item>
/// </list>
/// Files are split by the noun that they work on.
/// </summary>
public static partial class VolumeOperations
{
    /// <summary>tutil0 of a plex while a copy onto it runs.</summary>
    public const string AttachingPlexLock = "ATT";

    /// <summary>tutil0 of the volume of such a plex.</summary>
    public const string AttachingVolumeLock = "ATT1";

    /// <summary>The disk group version from which an interrupted attach survives a crash (vxvm.md 3.2).</summary>
    public const int AttachSurvivesCrashVersion = 170;

    private static Outcome<VolumeRecord> UnlockedVolume(GroupConfiguration configuration, RecordId volumeId)
    {
        if (!configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume))
        {
            return Refusals.NotFound(volumeId.ToString());
        }

        return volume.TUtil0.Length == 0 ? volume : Refusals.Locked(volume);
    }

    /// <summary>The volume, with a specification of storage that makes sense in this group.</summary>
    private static Outcome<VolumeRecord> UnlockedVolume(
        GroupConfiguration configuration,
        RecordId volumeId,
        StorageSpecification storage,
        IReadOnlyList<DiskSite> sites)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId);
        return found.IsDone && storage.Check(configuration, sites).Refusal is { } refusal ? refusal : found;
    }

    private static Outcome<(PlexRecord Plex, VolumeRecord Volume)> AssociatedPlex(
        GroupConfiguration configuration, RecordId plexId)
    {
        if (!configuration.Plexes.TryGetValue(plexId, out PlexRecord? plex))
        {
            return Refusals.NotFound(plexId.ToString());
        }

        return plex.VolumeId is { } volumeId
            ? (plex, configuration.Volumes[volumeId])
            : Refusals.NotAssociated(plex);
    }

    private static Outcome<(PlexRecord Plex, VolumeRecord Volume)> UnlockedPlex(
        GroupConfiguration configuration, RecordId plexId)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = AssociatedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        ObjectRecord? locked = volume.TUtil0.Length > 0 ? volume : plex.TUtil0.Length > 0 ? plex : null;
        return locked is null ? found : Refusals.Locked(locked);
    }

    /// <summary>Whether the volume would be left without trusted contents if that plex were given up.</summary>
    private static bool IsLastComplete(GroupConfiguration configuration, PlexRecord plex, VolumeRecord volume)
    {
        bool isEnabled = volume.KernelState == VolumeKernelState.Enabled;
        return Counts(plex) && !configuration.DataPlexesOf(volume.Id)
            .Any(other => other.Id != plex.Id && Counts(other));

        bool Counts(PlexRecord candidate) => isEnabled ? candidate.IsReadable() : candidate.IsTrusted();
    }

    private static bool IsOnRemovedDisk(GroupConfiguration configuration, PlexRecord plex) =>
        configuration.SubdisksOf(plex.Id).Any(subdisk => configuration.Disks[subdisk.DiskId].IsRemoved);

    private static GroupConfiguration DisableWhenUnreadable(GroupConfiguration configuration, RecordId volumeId)
    {
        VolumeRecord volume = configuration.Volumes[volumeId];
        if (volume.KernelState != VolumeKernelState.Enabled
            || configuration.DataPlexesOf(volumeId).Any(PlexQueries.IsReadable))
        {
            return configuration;
        }

        foreach (PlexRecord plex in configuration.PlexesOf(volumeId))
        {
            configuration = configuration.With(plex.After(PlexTrigger.Stop));
        }

        return configuration.With(volume.After(VolumeTrigger.LosePlexes));
    }
}
