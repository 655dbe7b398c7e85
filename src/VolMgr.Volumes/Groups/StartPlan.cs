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
/// How a volume starts: a pure function from the records to the records of the started volume and the recovery that it
/// needs. Decides which plexes may be trusted; the only place where a plex becomes readable without a copy.
/// </summary>
/// <remarks>
/// A plex may serve when it is CLEAN or ACTIVE, complete, and all its disks are here. A plex whose disk is missing while
/// another one carries the volume gets NODEVICE in the same commit: from now on it misses writes. An interrupted attach
/// (TEMP, TEMPRM, TEMPRMSD) whose disks are here takes part write-only from the first write on, since only then may its
/// copy record be believed; one whose disks are missing is marked to be backed out.
/// </remarks>
internal sealed record StartPlan(GroupConfiguration Configuration, RecoveryNeed Recovery)
{
    /// <summary>Marks a volume whose next recovery has to be a full one (putil0).</summary>
    public const string FullResyncMark = "RESYNC";

    /// <summary>Plans the start of a volume, or says why it cannot start.</summary>
    public static Outcome<StartPlan> Of(
        GroupConfiguration configuration, RecordId volumeId, Func<RecordId, bool> isDiskHere, bool leavesUnrecovered)
    {
        if (!configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume))
        {
            return Refusals.VolumeIsGone;
        }
        if (volume.KernelState == VolumeKernelState.Enabled)
        {
            return new Refusal(
                ErrorCode.AlreadyStarted, $"Volume {volume.Name} is already started", "V-5-1-1243");
        }
        if (volume.State == VolumeState.Empty)
        {
            return new Refusal(
                ErrorCode.NotStartable, $"Volume {volume.Name} is not initialised; use vxvol init", "V-5-1-122");
        }

        bool IsHere(PlexRecord plex) =>
            configuration.SubdisksOf(plex.Id).All(subdisk => isDiskHere(subdisk.DiskId));
        RecordId[] trusted = [.. configuration.DataPlexesOf(volumeId)
            .Where(plex => plex.State is PlexState.Clean or PlexState.Active)
            .Where(plex => IsHere(plex) && IsComplete(configuration, plex, volume))
            .Select(plex => plex.Id)];
        if (trusted.Length == 0)
        {
            return new Refusal(
                ErrorCode.NotStartable,
                $"Volume {volume.Name} has no CLEAN or non-volatile ACTIVE plexes", "V-5-1-1198");
        }

        bool hasAttach = false;
        bool hasLog = false;
        foreach (PlexRecord plex in configuration.PlexesOf(volumeId))
        {
            PlexRecord started = StartPlex(plex, trusted.Contains(plex.Id), IsHere(plex));
            hasAttach |= started.Mode == PlexMode.WriteOnly;
            hasLog |= started.IsLog && started.KernelState == PlexKernelState.Enabled;
            configuration = configuration.With(started);
        }

        RecoveryNeed need = Need(volume, trusted.Length, hasLog);
        VolumeTrigger trigger = (need, leavesUnrecovered) switch
        {
            (RecoveryNeed.None, _) => VolumeTrigger.Start,
            (_, true) => VolumeTrigger.StartUnrecovered,
            (_, false) => VolumeTrigger.StartRecovering,
        };
        VolumeRecord record = volume.After(trigger) with
        {
            TUtil0 = hasAttach ? AttachLock.OnVolume : "",
            PUtil0 = need switch
            {
                RecoveryNeed.Full => FullResyncMark, // a crash from here on must not trust the log
                RecoveryNeed.None when volume.PUtil0 == FullResyncMark => "",
                RecoveryNeed.None or RecoveryNeed.DirtyRegions => volume.PUtil0,
            },
        };
        return new StartPlan(configuration.With(record), need);
    }

    private static PlexRecord StartPlex(PlexRecord plex, bool isTrusted, bool isHere)
    {
        if (isTrusted || (plex is { IsLog: true, State: PlexState.Log } && isHere))
        {
            return plex.After(PlexTrigger.Start);
        }
        if (AttachLock.IsInterruptedAttach(plex.State))
        {
            return isHere
                ? plex.After(PlexTrigger.AttachBegin) with { TUtil0 = AttachLock.OnPlex }
                : BackOut.Mark(plex);
        }
        PlexRecord apart = plex;
        if (!isHere && plex.Allows(PlexTrigger.LoseDisk))
        {
            apart = plex.After(PlexTrigger.LoseDisk);
        }
        else if (plex.State is PlexState.Clean or PlexState.Active or PlexState.Empty)
        {
            apart = plex.After(PlexTrigger.FixStale); // too short to serve, or never filled
        }
        return apart.Allows(PlexTrigger.StartApart) ? apart.After(PlexTrigger.StartApart) : apart;
    }

    private static bool IsComplete(GroupConfiguration configuration, PlexRecord plex, VolumeRecord volume) =>
        PlexMap.Of(configuration, plex.Id).Length >= volume.Length;

    private static RecoveryNeed Need(VolumeRecord volume, int trustedCount, bool hasLog)
    {
        if (trustedCount < 2)
        {
            return RecoveryNeed.None;
        }
        if (volume.PUtil0 == FullResyncMark)
        {
            return RecoveryNeed.Full;
        }
        RecoveryNeed byLog = hasLog ? RecoveryNeed.DirtyRegions : RecoveryNeed.Full;
        return volume.State switch
        {
            VolumeState.NeedSync => RecoveryNeed.Full,
            VolumeState.Sync => byLog,
            VolumeState.Active => volume.IsDirty ? byLog : RecoveryNeed.None,
            VolumeState.Clean => RecoveryNeed.None,
            VolumeState.Empty => RecoveryNeed.None,
        };
    }
}
