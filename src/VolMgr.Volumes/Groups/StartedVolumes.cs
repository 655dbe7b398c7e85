using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// The started volumes of a group, by record: opens and closes their devices, and is the one way in which their plex
/// sets change.
/// </summary>
/// <remarks>
/// Always true: a plex set is built from the newest durable records, with the volume's gate closed; what runs never
/// gets ahead of what is recorded.
/// </remarks>
internal sealed class StartedVolumes(GroupCore core)
{
    private readonly Lock guard = new();
    private ImmutableSortedDictionary<RecordId, VolumeDevice> devices =
        ImmutableSortedDictionary<RecordId, VolumeDevice>.Empty;

    /// <summary>All started volumes.</summary>
    public IReadOnlyList<VolumeDevice> All => [.. devices.Values];

    /// <summary>The device of a started volume, or null.</summary>
    public VolumeDevice? Find(RecordId volume) => devices.GetValueOrDefault(volume);

    /// <summary>
    /// Whether requests may still be on their way to the plex: its records have left the volume, and the plex set that
    /// does without it is not published yet. Its space must stay its own until then.
    /// </summary>
    public bool IsBusy(RecordId plex) => FindUser(plex) is not null;

    /// <summary>The started volume whose published plex set has the plex, whatever the records say; or null.</summary>
    public RecordId? FindUser(RecordId plex) =>
        devices.Values.FirstOrDefault(device => device.Plexes.Find(plex) is not null)?.Volume;

    /// <summary>Opens the device of a volume whose records say that it is started.</summary>
    /// <param name="volumeId">The volume.</param>
    /// <param name="need">What has to be made equal.</param>
    /// <param name="formatsLog">Whether its log is new.</param>
    public async Task<OpenedVolume> OpenAsync(RecordId volumeId, RecoveryNeed need, bool formatsLog)
    {
        VolumeRecord volume = core.Current.Volumes[volumeId];
        Invariant.Holds(volume.KernelState == VolumeKernelState.Enabled);
        DetachMaps? maps = await core.Dcos.LoadAsync(volumeId);
        bool isLogReady = await core.Dcos.PrepareLogAsync(volumeId);
        (DirtyRegionLog? log, IReadOnlyList<ByteRange>? dirty) =
            isLogReady && !IsLogged(volumeId) ? (null, null)
                : await OpenLogAsync(volume, need, formatsLog || !isLogReady);
        IReadOnlyList<ByteRange>? unrecovered = need switch
        {
            RecoveryNeed.None => null,
            RecoveryNeed.Full => [],
            RecoveryNeed.DirtyRegions => dirty is { Count: 0 } ? null : dirty ?? [],
        };
        var device = new VolumeDevice(new VolumeDeviceOptions
        {
            Volume = volumeId,
            Name = volume.Name,
            Plexes = PlexSets.Build(core, volume, before: null),
            Log = log,
            Owner = core.Owner,
            Engine = core.Engine,
            IsDirty = volume.IsDirty,
            Unrecovered = unrecovered,
            Steps = core.Host.Options.Steps,
        });
        device.Core.DetachMaps = maps;
        lock (guard)
        {
            devices = devices.Add(volumeId, device);
        }
        return new OpenedVolume(device, dirty);
    }

    /// <summary>
    /// Closes the device and records the end: CLEAN after everything is flushed; as after a crash when that failed.
    /// Whoever still holds the device gets errors from now on.
    /// </summary>
    public async Task<Outcome> CloseAsync(RecordId volumeId)
    {
        if (Find(volumeId) is not { } device)
        {
            return Refusals.NotStarted(volumeId.ToString());
        }
        return await RecordEndsAsync([(volumeId, await EndAsync(device))]);
    }

    /// <summary>Closes a device; what its last flush answered is for <see cref="RecordEndsAsync"/>.</summary>
    public async Task<IoStatus> EndAsync(VolumeDevice device)
    {
        IoStatus status = await device.CloseAsync();
        lock (guard)
        {
            devices = devices.Remove(device.Volume);
        }
        return status;
    }

    /// <summary>Records in one commit how volumes ended.</summary>
    public async Task<Outcome> RecordEndsAsync(IReadOnlyList<(RecordId Volume, IoStatus Status)> ends)
    {
        Outcome<GroupConfiguration> committed = await core.CommitAsync(configuration =>
        {
            foreach ((RecordId volume, IoStatus status) in ends)
            {
                // One that the change which closes it has stopped or removed already is left as it is.
                if (configuration.Volumes.GetValueOrDefault(volume) is { KernelState: VolumeKernelState.Enabled })
                {
                    Outcome<GroupConfiguration> stopped = VolumeOperations.StopVolume(
                        configuration, volume, status == IoStatus.Success);
                    if (!stopped.IsDone)
                    {
                        return stopped;
                    }
                    configuration = stopped.Value;
                }
            }
            return configuration;
        });
        return committed.IsDone ? Outcome.Done : committed.Refusal;
    }

    /// <summary>
    /// Commits a change of the plexes of volumes. For each that is started: closes its gate and drains, flushes what is
    /// there, prepares; then commits once, publishes, opens the gates. A volume that the change disables is closed.
    /// Where the change is about the attaching plex only, nothing depends on a flush of the others. A plex that leaves
    /// with everything on it is not flushed.
    /// </summary>
    public async Task<Outcome> ChangeAsync(
        IReadOnlyList<RecordId> volumes,
        Func<GroupConfiguration, Outcome<GroupConfiguration>> change,
        RecordId? attaching = null,
        StoreMembership? membership = null,
        bool flushes = true,
        Func<VolumeDevice, Task>? prepare = null,
        RecordId? leaving = null)
    {
        foreach (VolumeDevice device in volumes.Select(Find).OfType<VolumeDevice>().Where(_ => flushes))
        {
            await device.FlushAheadAsync(leaving);
        }
        // A volume waits for its DCO's log volume and its sub-volumes, never the other way round: it is closed first.
        RecordId[] ordered = [.. volumes.OrderBy(core.Current.DepthOf)];
        var request = new ChangeRequest(ordered, change, attaching, membership, flushes)
        {
            Prepare = prepare,
            Leaving = leaving,
        };
        Outcome outcome = await ChangeFromAsync(request, 0);
        foreach (RecordId id in volumes)
        {
            if (core.Current.Volumes.TryGetValue(id, out VolumeRecord? volume)
                && volume.KernelState != VolumeKernelState.Enabled && Find(id) is not null)
            {
                await CloseAsync(id);
            }
        }
        return outcome;
    }

    /// <summary>
    /// Commits a change of a volume's length or logs. Under the closed gate, with all plexes flushed, the logs of the
    /// new records are laid out before the commit, so that what is committed is never a log with foreign content.
    /// </summary>
    public async Task<Outcome> ChangeLogAsync(
        RecordId volumeId, Func<GroupConfiguration, Outcome<GroupConfiguration>> change)
    {
        if (Find(volumeId) is not { } device)
        {
            return await ChangeStoppedLogAsync(volumeId, change);
        }
        await device.FlushAheadAsync();
        return await device.ReconfigureAsync<Outcome>(async before =>
        {
            IoStatus flushed = await device.FlushAllAsync();
            if (flushed != IoStatus.Success)
            {
                return (FlushFailed(device, flushed), null);
            }
            Outcome<GroupConfiguration> committed = await core.CommitAsync(change);
            if (!committed.IsDone)
            {
                return (committed.Refusal, null);
            }
            core.Dcos.Keep(device);
            VolumeRecord volume = core.Current.Volumes[volumeId];
            DirtyRegionLog? log = await FormatLogAsync(volume);
            PlexSet next = PlexSets.Build(core, volume, before);
            return (Outcome.Done, new VolumeChange(next) { ReplacesLog = true, Log = log });
        });
    }

    /// <summary>
    /// Commits the conversion of a volume to or from a layered one. Under its closed gate nothing else uses the volumes
    /// below: those that go are closed before the commit, those that come are opened after it.
    /// </summary>
    public async Task<Outcome> ConvertAsync(
        RecordId volumeId, Func<GroupConfiguration, Outcome<GroupConfiguration>> change)
    {
        if (Find(volumeId) is not { } device)
        {
            Outcome<GroupConfiguration> committed = await core.CommitAsync(change);
            return committed.IsDone ? Outcome.Done : committed.Refusal;
        }
        await device.FlushAheadAsync();
        return await device.ReconfigureAsync<Outcome>(async before =>
        {
            RecordId[] leaving = [.. core.Current.VolumesBelow(volumeId)];
            IoStatus flushed = await device.FlushAllAsync();
            foreach (RecordId below in leaving.Where(_ => flushed == IoStatus.Success))
            {
                flushed = Find(below) is { } part ? await EndAsync(part) : IoStatus.NotReachable;
            }
            Outcome<GroupConfiguration> committed = flushed == IoStatus.Success
                ? await core.CommitAsync(change) : FlushFailed(device, flushed);
            foreach (RecordId below in core.Current.VolumesBelow(volumeId).Where(id => Find(id) is null))
            {
                await OpenAsync(below, RecoveryNeed.None, formatsLog: true);
            }
            return committed.IsDone
                ? (Outcome.Done, Describe(volumeId, before)) : ((Outcome)committed.Refusal, null);
        });
    }

    /// <summary>
    /// Publishes the plex set that the records describe now; nothing to do for a volume that is not started.
    /// </summary>
    public async Task PublishAsync(RecordId volumeId)
    {
        if (Find(volumeId) is { } device)
        {
            await device.ReconfigureAsync(
                before => Task.FromResult<(bool, VolumeChange?)>((true, Describe(volumeId, before))));
        }
    }

    /// <summary>Whether the records give the volume a log.</summary>
    public bool IsLogged(RecordId volumeId) => core.Current.PlexesOf(volumeId).Any(IsLogInUse)
        || core.Current.DcoOf(volumeId) is { IsLogging: true };

    /// <summary>The log plexes of a volume that are in use, or the log in its DCO.</summary>
    public IReadOnlyList<LogPlex> LogPlexes(GroupConfiguration configuration, RecordId volumeId) =>
        [.. configuration.PlexesOf(volumeId)
            .Where(IsLogInUse)
            .Select(plex => new LogPlex(plex.Id, plex.Name, PlexSets.Device(core, configuration, plex.Id))),
            .. core.Dcos.LogSpaces(configuration, volumeId)];

    public static Refusal FlushFailed(VolumeDevice device, IoStatus status) => new(
        ErrorCode.InputOutput,
        $"Volume {device.Name}: its plexes could not be flushed ({status}); nothing was changed");

    private static bool IsLogInUse(PlexRecord plex) =>
        plex is { IsLog: true, State: PlexState.Log, KernelState: PlexKernelState.Enabled };

    private async Task<Outcome> ChangeFromAsync(ChangeRequest request, int index)
    {
        if (index == request.Volumes.Count)
        {
            Outcome<GroupConfiguration> committed = await core.Store.CommitAsync(request.Change, request.Membership);
            return committed.IsDone ? Outcome.Done : committed.Refusal;
        }
        if (Find(request.Volumes[index]) is not { } device)
        {
            return await ChangeFromAsync(request, index + 1);
        }
        return await device.ReconfigureAsync<Outcome>(async before =>
        {
            IoStatus flushed = request.Flushes ? await device.FlushAllAsync(request.Leaving) : IoStatus.Success;
            if (flushed != IoStatus.Success)
            {
                return (FlushFailed(device, flushed), null);
            }
            if (request.Prepare is { } prepare)
            {
                await prepare(device);
            }
            Outcome outcome = await ChangeFromAsync(request, index + 1);
            return (outcome, outcome.IsDone ? Describe(device.Volume, before, request.Attaching) : null);
        });
    }

    /// <summary>A log of a stopped volume is not laid out, so nothing that it says may be believed when the volume was
    /// in use at its end.</summary>
    private async Task<Outcome> ChangeStoppedLogAsync(
        RecordId volumeId, Func<GroupConfiguration, Outcome<GroupConfiguration>> change)
    {
        Outcome<GroupConfiguration> committed = await core.CommitAsync(configuration =>
        {
            Outcome<GroupConfiguration> changed = change(configuration);
            return changed.IsDone && changed.Value.Volumes.TryGetValue(volumeId, out VolumeRecord? volume)
                && volume.IsDirty
                ? changed.Value.With(volume with { PUtil0 = StartPlan.FullResyncMark })
                : changed;
        });
        return committed.IsDone ? Outcome.Done : committed.Refusal;
    }

    /// <summary>
    /// What the records describe: a volume that is gone or stopped has no plex and no log, so that a request that
    /// waited at the gate finds nothing that may be somebody else's by now.
    /// </summary>
    internal VolumeChange Describe(RecordId volumeId, PlexSet before, RecordId? attaching = null)
    {
        GroupConfiguration current = core.Current;
        if (Find(volumeId) is { } device)
        {
            core.Dcos.Keep(device);
        }
        return current.Volumes.GetValueOrDefault(volumeId) is { KernelState: VolumeKernelState.Enabled } volume
            ? new VolumeChange(PlexSets.Build(core, volume, before, attaching))
            {
                LogPlexes = [.. current.PlexesOf(volumeId).Where(IsLogInUse).Select(plex => plex.Id),
                    .. current.Dcos.Values.Where(dco => dco.VolumeId == volumeId && dco.IsLogging)
                        .Select(dco => dco.Id)],
            }
            : new VolumeChange(before.Next([])) { ReplacesLog = true };
    }

    private async Task<(DirtyRegionLog? Log, IReadOnlyList<ByteRange>? Dirty)> OpenLogAsync(
        VolumeRecord volume, RecoveryNeed need, bool formatsLog)
    {
        IReadOnlyList<LogPlex> plexes = LogPlexes(core.Current, volume.Id);
        if (!formatsLog)
        {
            DirtyRegionLogReading reading = await DirtyRegionLog.LoadAsync(
                plexes, volume.Length, core.Engine, volume.LogsInSequence);
            if (reading.Log is not null && await DropLogsAsync(volume.Id, reading.Lost))
            {
                return (reading.Log, reading.Dirty);
            }
        }
        // An empty log is believed by the next start: what it does not know must be recorded before it exists, and no
        // record of a copy may be there that relies on an earlier one.
        if (!await ForgetCopiesAsync(volume.Id))
        {
            return (null, null);
        }
        return need != RecoveryNeed.None && !await MarkFullResyncAsync(volume.Id)
            ? (null, null)
            : (await FormatLogAsync(core.Current.Volumes[volume.Id]), null);
    }

    private async Task<bool> ForgetCopiesAsync(RecordId volumeId)
    {
        bool areForgotten = true;
        foreach (PlexRecord plex in core.Current.DataPlexesOf(volumeId).Where(PlexQueries.IsAttaching))
        {
            areForgotten &= CopyRecords.Of(core, plex.Id) is not { } records
                || await records.ClearAsync(CancellationToken.None) == IoStatus.Success;
        }
        return areForgotten;
    }

    /// <summary>Lays out an empty log; log plexes that cannot take it are durably out, or there is no log.</summary>
    private async Task<DirtyRegionLog?> FormatLogAsync(VolumeRecord volume)
    {
        await core.Dcos.ReviveLogAsync(volume.Id);
        IReadOnlyList<LogPlex> plexes = LogPlexes(core.Current, volume.Id);
        DirtyRegionLog? log = plexes.Count == 0
            ? null
            : await DirtyRegionLog.FormatAsync(plexes, volume.Length, core.Engine, volume.LogsInSequence);
        RecordId[] lost = [.. plexes.Select(plex => plex.Id).Where(plex => log?.Holds(plex) != true)];
        return await DropLogsAsync(volume.Id, lost) ? log : null;
    }

    private async Task<bool> DropLogsAsync(RecordId volumeId, IReadOnlyList<RecordId> lost)
    {
        bool areOut = true;
        foreach (RecordId plex in lost)
        {
            areOut &= await core.Owner.DetachPlexAsync(volumeId, plex, IoStatus.MediaError);
        }
        return areOut;
    }

    private async Task<bool> MarkFullResyncAsync(RecordId volumeId)
    {
        Outcome<GroupConfiguration> marked = await core.CommitAsync(configuration =>
            configuration.With(configuration.Volumes[volumeId] with { PUtil0 = StartPlan.FullResyncMark }));
        return marked.IsDone;
    }
}

/// <summary>A volume whose device was just opened.</summary>
/// <param name="Device">The device.</param>
/// <param name="Dirty">What its log says may have been written before the last stop or crash; null without a log to
/// trust.</param>
internal sealed record OpenedVolume(VolumeDevice Device, IReadOnlyList<ByteRange>? Dirty);

/// <summary>A change of the plexes of volumes.</summary>
internal sealed record ChangeRequest(
    IReadOnlyList<RecordId> Volumes,
    Func<GroupConfiguration, Outcome<GroupConfiguration>> Change,
    RecordId? Attaching,
    StoreMembership? Membership,
    bool Flushes)
{
    /// <summary>What has to be done behind each closed gate, after the flush and before the commit.</summary>
    public Func<VolumeDevice, Task>? Prepare { get; init; }

    /// <summary>A plex whose contents nobody will ask for again, or null.</summary>
    public RecordId? Leaving { get; init; }
}
