using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <content>Dirty region logs (vxassist addlog, remove log).</content>
public static partial class VolumeOperations
{
    private const long LongestLog = 1L << 30;

    /// <summary>
    /// Adds log plexes. On a started volume they are ENABLED at once: their contents must be written before the change
    /// is published to writers.
    /// </summary>
    public static Outcome<(GroupConfiguration Configuration, IReadOnlyList<RecordId> PlexIds)> AddLog(
        GroupConfiguration configuration, LogRequest request)
    {
        Outcome sound = request.Storage.Check(configuration, request.Sites);
        if (!sound.IsDone)
        {
            return sound.Refusal;
        }

        if (configuration.FindVolume(request.Volume) is not { } volume)
        {
            return Refusals.VolumeNotFound(configuration, request.Volume);
        }

        if (request.Count is < 1 or > 32)
        {
            return new Refusal(ErrorCode.Usage, $"nlog={request.Count}: a volume has 1 to 32 logs");
        }

        if (CheckLogLength(request.Length) is { } length)
        {
            return length;
        }

        Outcome<VolumeRecord> unlocked = UnlockedVolume(configuration, volume.Id);
        if ((unlocked.Refusal ?? RefuseLayered(configuration, volume.Id)) is { } refusal)
        {
            return refusal;
        }

        if (configuration.DcoOf(volume.Id) is { HasLog: true } dco)
        {
            return new Refusal(
                ErrorCode.InvalidState, $"Volume {volume.Name} has a dirty region log in {dco.Name} already");
        }

        configuration = configuration.With(volume = volume with { LogsInSequence = request.IsSequential });
        List<RecordId> ids = [];
        for (int log = 0; log < request.Count; log++)
        {
            if (AddLogPlex(configuration, volume, request, request.Length) is not { } added)
            {
                return Refusals.NoSpaceForLog(volume.Name);
            }

            (configuration, RecordId id) = added;
            if (volume.KernelState == VolumeKernelState.Enabled)
            {
                configuration = configuration.With(configuration.Plexes[id].After(PlexTrigger.Start));
            }

            ids.Add(id);
        }

        return (configuration, ids);
    }

    /// <summary>
    /// Removes a log plex and its subdisks: one that uses an excluded disk, or does not use a named one; without a
    /// specification the last by name. Returns which one it was.
    /// </summary>
    public static Outcome<(GroupConfiguration Configuration, RecordId PlexId)> RemoveLog(
        GroupConfiguration configuration,
        RecordId volumeId,
        StorageSpecification storage,
        IReadOnlyList<DiskSite> sites)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId, storage, sites);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        PlexRecord? log = configuration.PlexesOf(volumeId).Where(plex => plex.IsLog)
            .LastOrDefault(plex => IsOffered(configuration, plex, storage, sites));
        return log is null
            ? new Refusal(ErrorCode.NotFound, $"Volume {found.Value.Name} has no log that meets the specification")
            : (DropPlex(configuration, log, removeSubdisks: true), log.Id);
    }

    /// <summary>Bytes of a log plex: those asked for, in whole units of the group.</summary>
    private static long LogLengthOf(GroupConfiguration configuration, long? length) =>
        Alignment.Up(length ?? DirtyRegionLogGeometry.LogLength, Alignment.Of(configuration));

    private static Refusal? CheckLogLength(long? length) =>
        length is < DirtyRegionLogGeometry.LogLength or > LongestLog
            ? new Refusal(
                ErrorCode.Usage,
                $"loglen={length / Alignment.Sector}: a log has {DirtyRegionLogGeometry.LogLength / Alignment.Sector} "
                    + $"to {LongestLog / Alignment.Sector} blocks")
            : null;

    /// <summary>Other logs' disks are avoided always, the data's disks and the asked separation where
    /// possible.</summary>
    private static (GroupConfiguration Configuration, RecordId PlexId)? AddLogPlex(
        GroupConfiguration configuration, VolumeRecord volume, StorageRequest request, long? length)
    {
        IReadOnlyList<PlexRecord> plexes = configuration.PlexesOf(volume.Id);
        IReadOnlySet<RecordId> logs = Placement.DisksOf(configuration, plexes.Where(plex => plex.IsLog));
        IReadOnlySet<RecordId> all = Placement.DisksOf(configuration, plexes);
        StorageRequest apart = new LogRequest
        {
            Volume = volume.Name,
            Storage = request.Storage with { Separation = MirrorSeparation.Disk },
            Sites = request.Sites,
            IsOrdered = request.IsOrdered,
            IsContiguous = true,
        };
        foreach (IReadOnlySet<RecordId> inUse in (IReadOnlySet<RecordId>[])[all, logs])
        {
            if (Placement.FindPlex(configuration, apart, [PlexShape.Concat], LogLengthOf(configuration, length), inUse)
                is { } place)
            {
                return PlexBuilder.Add(
                    configuration, volume, place.Shape, place.Columns, PlexTrigger.AssociateLog);
            }
        }

        return null;
    }
}
