using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>What has to be made equal before the plexes of a started volume are known to agree.</summary>
internal enum RecoveryNeed
{
    /// <summary>Nothing: stopped cleanly, never written, or one readable plex only.</summary>
    None = 1,

    /// <summary>The regions that the dirty region log names.</summary>
    DirtyRegions = 2,

    /// <summary>The whole volume.</summary>
    Full = 3,
}

/// <summary>
/// How a volume starts: from the records to the records of the started volume, the recovery that it needs, and the
/// copies that go on. Pure.
/// </summary>
/// <remarks>
/// A copy that was interrupted (TEMP, TEMPRM, TEMPRMSD) takes part write-only from the first write on: only then may
/// its record be believed. One whose disks are missing would miss writes, so it is marked to be backed out in the same
/// commit. A volume whose whole content has to be compared carries a mark until that is done, so that a crash meanwhile
/// does not make the next start believe a log that knows less.
/// </remarks>
internal sealed record StartPlan(
    GroupConfiguration Configuration, RecoveryNeed Recovery, IReadOnlyList<RecordId> Resumed)
{
    /// <summary>
    /// Whether the log may know less than what was written, on a volume where nothing has to be made equal. It is laid
    /// out anew, and copies that were interrupted begin anew; the mark stays until both is so.
    /// </summary>
    public bool MistrustsLog { get; private init; }

    /// <summary>Marks a volume whose next recovery has to be a full one (putil0).</summary>
    public const string FullResyncMark = "RESYNC";

    /// <summary>Plans the start of a volume, or says why it cannot start.</summary>
    public static Outcome<StartPlan> Of(
        GroupConfiguration configuration,
        RecordId volumeId,
        IReadOnlyList<DiskSite> sites,
        Func<RecordId, bool> isDiskHere,
        bool leavesUnrecovered)
    {
        Outcome<VolumeStart> outcome = VolumeOperations.StartVolume(configuration, volumeId, sites, leavesUnrecovered);
        if (!outcome.IsDone)
        {
            return outcome.Refusal;
        }
        VolumeRecord before = configuration.Volumes[volumeId];
        configuration = outcome.Value.Configuration;
        List<RecordId> resumed = [];
        foreach (PlexRecord plex in outcome.Value.Resumable.Select(id => configuration.Plexes[id]).ToList())
        {
            // A move of subdisks begins anew: nothing tells how far it was.
            bool isHere = plex.MovesInto is null
                && configuration.SubdisksOf(plex.Id).All(subdisk => isDiskHere(subdisk.DiskId));
            configuration = configuration.With(isHere
                ? plex.After(PlexTrigger.AttachBegin) with { TUtil0 = VolumeOperations.AttachingPlexLock }
                : BackOut.Mark(plex));
            if (isHere)
            {
                resumed.Add(plex.Id);
            }
        }

        VolumeRecord volume = configuration.Volumes[volumeId];
        RecoveryNeed need = Need(configuration, before, volume);
        if (need == RecoveryNeed.Full && volume.State == VolumeState.Active)
        {
            volume = volume.After(VolumeTrigger.ResyncBegin);
        }
        bool wasMarked = volume.PUtil0 == FullResyncMark;
        bool mistrustsLog = wasMarked && need == RecoveryNeed.None;
        bool keepsMark = need == RecoveryNeed.Full || (mistrustsLog && resumed.Count > 0);
        volume = volume with
        {
            TUtil0 = resumed.Count > 0 ? VolumeOperations.AttachingVolumeLock : "",
            PUtil0 = keepsMark ? FullResyncMark : wasMarked ? "" : volume.PUtil0,
        };
        return new StartPlan(configuration.With(volume), need, resumed) { MistrustsLog = mistrustsLog };
    }

    private static RecoveryNeed Need(GroupConfiguration configuration, VolumeRecord before, VolumeRecord started)
    {
        IReadOnlyList<PlexRecord> plexes = configuration.PlexesOf(started.Id);
        if (plexes.Count(plex => plex.IsReadable()) < 2)
        {
            return RecoveryNeed.None;
        }
        if (before.PUtil0 == FullResyncMark || before.State == VolumeState.NeedSync)
        {
            return RecoveryNeed.Full;
        }
        bool hasLog = plexes.Any(plex => plex is { IsLog: true, KernelState: PlexKernelState.Enabled })
            || configuration.DcoOf(started.Id) is { IsLogging: true };
        return started.State is not (VolumeState.Sync or VolumeState.NeedSync) ? RecoveryNeed.None
            : hasLog ? RecoveryNeed.DirtyRegions
            : RecoveryNeed.Full;
    }
}
