using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <summary>A volume that was started in the configuration, and what is left to do.</summary>
/// <param name="Configuration">The configuration with the started volume.</param>
/// <param name="NeedsRecovery">The volume is SYNC: read-writeback must run, and end in
/// <see cref="VolumeOperations.CompleteResync"/> or <see cref="VolumeOperations.FailResync"/>.</param>
/// <param name="Resumable">Plexes whose attach was interrupted and is kept: <see cref="VolumeOperations.AttachPlex"/>
/// them.</param>
/// <param name="Stale">STALE and RECOVER plexes: attach them.</param>
/// <param name="BackedOut">Names of plexes whose interrupted attach was undone, because the group's version is below
/// 170.</param>
public sealed record VolumeStart(
    GroupConfiguration Configuration,
    bool NeedsRecovery,
    IReadOnlyList<RecordId> Resumable,
    IReadOnlyList<RecordId> Stale,
    IReadOnlyList<string> BackedOut);

/// <content>Starting, stopping and recovering volumes (vxvol start, stop, resync; vxrecover).</content>
public static partial class VolumeOperations
{
    /// <summary>
    /// What import does: nothing is open any more. All kernel states become DISABLED, locks of commands that died are
    /// cleared.
    /// </summary>
    public static GroupConfiguration AfterImport(GroupConfiguration configuration)
    {
        foreach (VolumeRecord volume in configuration.Volumes.Values)
        {
            configuration = configuration.With(volume.After(VolumeTrigger.Crash) with { TUtil0 = "" });
        }

        foreach (PlexRecord plex in configuration.Plexes.Values)
        {
            configuration = configuration.With(plex.After(PlexTrigger.Crash) with { TUtil0 = "" });
        }

        foreach (ObjectRecord record in configuration.Disks.Values.Concat<ObjectRecord>(configuration.Subdisks.Values))
        {
            configuration = record.TUtil0.Length > 0 ? configuration.With(record with { TUtil0 = "" }) : configuration;
        }

        return configuration;
    }

    /// <summary>
    /// vxvol start. Plexes with trusted contents on disks that answer take part; if some are CLEAN, only those, and
    /// ACTIVE ones become STALE. A mirrored volume that was in use when the host went down becomes SYNC, or NEEDSYNC
    /// with
    /// <paramref name="skipRecovery"/> (vxrecover -sn).
    /// </summary>
    public static Outcome<VolumeStart> StartVolume(
        GroupConfiguration configuration,
        RecordId volumeId,
        IReadOnlyList<DiskSite> sites,
        bool skipRecovery = false)
    {
        if (!configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume))
        {
            return Refusals.NotFound(volumeId.ToString());
        }

        Outcome startable = CheckStartable(configuration, volume);
        if (!startable.IsDone)
        {
            return startable.Refusal;
        }

        List<string> backedOut = [];
        foreach (PlexRecord plex in configuration.DataPlexesOf(volumeId).Where(PlexQueries.IsTemporary))
        {
            if (configuration.Group.Version < AttachSurvivesCrashVersion)
            {
                configuration = BackOut(configuration, plex);
                backedOut.Add(plex.Name);
            }
        }

        HashSet<RecordId> usable = UsableDisks(configuration, sites);
        List<PlexRecord> chosen = [.. configuration.DataPlexesOf(volumeId)
            .Where(plex => plex.IsTrusted() && IsComplete(configuration, plex, volume, usable))];
        if (chosen.Count == 0)
        {
            return configuration.DataPlexesOf(volumeId).Any(PlexQueries.IsTrusted)
                ? Refusals.NoCompletePlex(volume)
                : Refusals.NoTrustedPlex(volume);
        }

        if (chosen.Any(plex => plex.State == PlexState.Clean))
        {
            chosen.RemoveAll(plex => plex.State != PlexState.Clean);
        }

        HashSet<RecordId> taking = [.. chosen.Select(plex => plex.Id)];
        foreach (PlexRecord plex in configuration.PlexesOf(volumeId))
        {
            bool isPresent = configuration.SubdisksOf(plex.Id).All(subdisk => usable.Contains(subdisk.DiskId));
            configuration = configuration.With(Started(plex, taking.Contains(plex.Id), isPresent));
        }

        VolumeTrigger trigger = chosen.Count == 1 || !NeedsRecovery(volume) ? VolumeTrigger.Start
            : skipRecovery ? VolumeTrigger.StartUnrecovered : VolumeTrigger.StartRecovering;
        configuration = configuration.With(configuration.Volumes[volumeId].After(trigger));
        IReadOnlyList<PlexRecord> data = configuration.DataPlexesOf(volumeId);
        return new VolumeStart(
            configuration,
            trigger == VolumeTrigger.StartRecovering,
            [.. data.Where(PlexQueries.IsTemporary).Select(plex => plex.Id)],
            [.. data.Where(plex => plex.State is PlexState.Stale or PlexState.Recover).Select(plex => plex.Id)],
            backedOut);
    }

    /// <summary>
    /// The volume does not run any more: vxvol stop, the clean stop of a host. ACTIVE becomes CLEAN if everything that
    /// was written is on all plexes, flushed. Else all states stay as a crash leaves them: a recovery that did not end
    /// begins again, from what the log still names, and an attaching plex is resumed or backed out by the next start.
    /// Utility locks are free.
    /// </summary>
    public static Outcome<GroupConfiguration> StopVolume(
        GroupConfiguration configuration, RecordId volumeId, bool isFlushed = true)
    {
        if (!configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume))
        {
            return Refusals.NotFound(volumeId.ToString());
        }

        if (volume.KernelState != VolumeKernelState.Enabled)
        {
            return Refusals.NotStarted(volume);
        }

        bool isClean = isFlushed && volume.State == VolumeState.Active;
        VolumeRecord stopped = volume.After(isClean ? VolumeTrigger.Stop : VolumeTrigger.Crash);
        configuration = configuration.With(stopped with { IsDirty = volume.IsDirty && !isClean, TUtil0 = "" });
        PlexTrigger trigger = isClean ? PlexTrigger.Stop : PlexTrigger.Crash;
        foreach (PlexRecord plex in configuration.PlexesOf(volumeId))
        {
            configuration = configuration.With(plex.After(trigger) with { TUtil0 = "" });
        }

        return configuration;
    }

    /// <summary>vxvol resync, or the recovery that a start left out: SYNC until the read-writeback ends.</summary>
    public static Outcome<GroupConfiguration> BeginResync(GroupConfiguration configuration, RecordId volumeId) =>
        Step(
            configuration,
            volumeId,
            VolumeTrigger.ResyncBegin,
            "only a started ACTIVE or NEEDSYNC volume can be resynchronised");

    /// <summary>The read-writeback is complete and flushed: ACTIVE.</summary>
    public static Outcome<GroupConfiguration> CompleteResync(GroupConfiguration configuration, RecordId volumeId) =>
        Step(configuration, volumeId, VolumeTrigger.ResyncComplete, "no read-writeback is running");

    /// <summary>The read-writeback was aborted or failed: NEEDSYNC.</summary>
    public static Outcome<GroupConfiguration> FailResync(GroupConfiguration configuration, RecordId volumeId) =>
        Step(configuration, volumeId, VolumeTrigger.ResyncFail, "no read-writeback is running");

    /// <summary>Sets or clears the flag that the volume's plexes may differ.</summary>
    public static Outcome<GroupConfiguration> MarkDirty(
        GroupConfiguration configuration, RecordId volumeId, bool isDirty = true) =>
        configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume)
            ? configuration.With(volume with { IsDirty = isDirty })
            : Refusals.NotFound(volumeId.ToString());

    private static bool NeedsRecovery(VolumeRecord volume) => volume.State switch
    {
        VolumeState.Active => volume.IsDirty,
        VolumeState.Sync or VolumeState.NeedSync => true,
        VolumeState.Empty or VolumeState.Clean => false,
    };

    private static Outcome CheckStartable(GroupConfiguration configuration, VolumeRecord volume)
    {
        if (volume.KernelState == VolumeKernelState.Enabled)
        {
            return Refusals.AlreadyStarted(volume);
        }

        if (configuration.DataPlexesOf(volume.Id).Count == 0)
        {
            return Refusals.NoPlexes(volume);
        }

        return volume.State == VolumeState.Empty ? Refusals.NoTrustedPlex(volume) : Outcome.Done;
    }

    private static HashSet<RecordId> UsableDisks(GroupConfiguration configuration, IReadOnlyList<DiskSite> sites)
    {
        HashSet<RecordId> answering = [.. sites.Where(site => site.IsUsable).Select(site => site.DiskId)];
        return [.. configuration.Disks.Values
            .Where(disk => !disk.IsRemoved && (sites.Count == 0 || answering.Contains(disk.Id)))
            .Select(disk => disk.Id)];
    }

    private static bool IsComplete(
        GroupConfiguration configuration, PlexRecord plex, VolumeRecord volume, HashSet<RecordId> usable) =>
        configuration.SubdisksOf(plex.Id).All(subdisk => usable.Contains(subdisk.DiskId))
            && configuration.SubVolumesOf(plex.Id).All(
                sub => configuration.Volumes[sub.VolumeId].KernelState == VolumeKernelState.Enabled)
            && PlexMap.Of(configuration, plex.Id).Length >= volume.Length;

    /// <summary>A plex of a volume that starts: it takes part, or its distrust is written down.</summary>
    private static PlexRecord Started(PlexRecord plex, bool takesPart, bool isPresent)
    {
        if (takesPart || (plex.State == PlexState.Log && isPresent))
        {
            return plex.After(PlexTrigger.Start);
        }

        if (!isPresent && plex.Allows(PlexTrigger.LoseDisk))
        {
            plex = plex.After(PlexTrigger.LoseDisk);
        }
        else if (isPresent && plex.State == PlexState.NoDevice)
        {
            plex = plex.After(PlexTrigger.ReturnDisk);
        }
        else if (plex.IsTrusted())
        {
            plex = plex.After(PlexTrigger.FixStale);
        }

        return plex.Allows(PlexTrigger.StartApart) ? plex.After(PlexTrigger.StartApart) : plex;
    }

    private static Outcome<GroupConfiguration> Step(
        GroupConfiguration configuration, RecordId volumeId, VolumeTrigger trigger, string remedy)
    {
        if (!configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume))
        {
            return Refusals.NotFound(volumeId.ToString());
        }

        return volume.Allows(trigger)
            ? configuration.With(volume.After(trigger))
            : Refusals.WrongVolumeState(volume, remedy);
    }
}
