using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <summary>Creating, starting, stopping and removing volumes; coming up and going down with the group.</summary>
internal sealed class VolumeLife(GroupCore core)
{
    public async Task<Outcome> CreateAsync(VolumeRequest request)
    {
        // Several plexes that hold whatever was on their disks are made equal by clearing them.
        bool clears = request.Init == VolumeInit.Zero || request is { Init: VolumeInit.Sync, MirrorCount: > 1 };
        VolumeRequest complete = request with
        {
            Sites = core.Disks.Sites,
            Init = clears ? VolumeInit.Zero : request.Init,
        };
        using IDisposable space = await core.SpaceGate.EnterAsync();
        if (core.CheckClosed() is { } closed)
        {
            return closed;
        }
        RecordId id = default;
        Task<IDisposable>? turn = null;
        Outcome<GroupConfiguration> created = await core.CommitAsync(configuration =>
        {
            Outcome<(GroupConfiguration Configuration, RecordId VolumeId)> outcome =
                VolumeOperations.CreateVolume(configuration, complete);
            if (!outcome.IsDone)
            {
                return outcome.Refusal;
            }
            id = outcome.Value.VolumeId;
            turn = core.EnterAsync(id); // held at once: nobody knows the volume before this commit is published
            return outcome.Value.Configuration;
        });
        using IDisposable? held = turn is null ? null : await turn;
        using IDisposable below = await core.EnterBelowAsync(id);
        return created.IsDone ? await OpenNewAsync(id, clears) : created.Refusal;
    }

    public async Task<Outcome> InitializeAsync(string name, VolumeInit init)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        using IDisposable below = await core.EnterBelowAsync(turn.Volume);
        if (VolumeOperations.RefuseSubVolume(core.Current, turn.Volume) is { } part)
        {
            return part;
        }
        bool clears = init == VolumeInit.Zero
            || (init == VolumeInit.Sync && core.Current.VolumesBelow(turn.Volume).Append(turn.Volume)
                .Any(id => core.Current.DataPlexesOf(id).Count > 1));
        return await InitializeAsync(turn.Volume, clears ? VolumeInit.Zero : init);
    }

    public async Task<Outcome> StartAsync(string name, bool leavesUnrecovered)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        Outcome<IReadOnlyList<StartedVolume>> started = await core.Starts.StartAsync(turn.Volume, leavesUnrecovered);
        if (!started.IsDone)
        {
            return started.Refusal;
        }
        core.Recoveries.Recover(started.Value, leavesUnrecovered, new CopyOptions());
        return Outcome.Done;
    }

    public async Task<Outcome> StopAsync(string name, bool force)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name, toleratesCopies: force);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        if (core.Started.Find(turn.Volume) is not { } device)
        {
            return Refusals.NotStarted(name);
        }
        if (device.OpenCount > 0 && !force)
        {
            return Refusals.IsOpen(name);
        }
        if ((RefuseAlone(turn.Volume) ?? (force ? null : RefuseCopiesBelow(turn.Volume))) is { } refusal)
        {
            return refusal;
        }
        await EndWorkAsync(turn.Volume);
        Outcome closed = await core.Started.CloseAsync(turn.Volume);
        await StopBelowAsync(turn.Volume);
        foreach (RecordId below in core.Current.VolumesBelow(turn.Volume).Prepend(turn.Volume))
        {
            await core.Dcos.StopLogAsync(below);
        }

        return closed;
    }

    public async Task<Outcome> RemoveAsync(string name, bool force)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name, toleratesCopies: force);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        if ((RefuseAlone(turn.Volume) ?? VolumeOperations.RefuseSubVolume(core.Current, turn.Volume)
            ?? (force ? null : RefuseCopiesBelow(turn.Volume))) is { } alone)
        {
            return alone;
        }
        RecordId[] logs = [.. LogsOf(turn.Volume)];
        if (core.Started.Find(turn.Volume) is { } device)
        {
            if (device.OpenCount > 0)
            {
                return Refusals.IsOpen(name);
            }
            await EndWorkAsync(turn.Volume);
            Outcome closed = await core.Started.CloseAsync(turn.Volume);
            if (!closed.IsDone)
            {
                return closed;
            }
        }
        await StopBelowAsync(turn.Volume);
        Outcome<GroupConfiguration> removed = await core.CommitAsync(
            configuration => VolumeOperations.RemoveVolume(configuration, turn.Volume));
        Outcome outcome = removed.IsDone ? Outcome.Done : removed.Refusal;
        foreach (RecordId log in logs.Where(_ => removed.IsDone))
        {
            if (core.Current.Volumes.TryGetValue(log, out VolumeRecord? volume))
            {
                Outcome gone = await RemoveAsync(volume.Name, force: true);
                outcome = outcome.IsDone ? gone : outcome;
            }
        }

        return outcome;
    }

    /// <summary>The log volumes of the DCOs of a volume and of its sub-volumes.</summary>
    private IEnumerable<RecordId> LogsOf(RecordId volume) =>
        core.Current.VolumesBelow(volume).Prepend(volume)
            .Select(id => core.Current.DcoOf(id)?.LogVolumeId).OfType<RecordId>();

    /// <summary>After an import: resolves what was in progress, then starts what can be started.</summary>
    public async Task BringUpAsync(bool startsVolumes, bool leavesUnrecovered = false)
    {
        await core.CommitAsync(configuration => ImportResolution.Resolve(configuration, core.Disks.IsHere));
        if (!startsVolumes)
        {
            return;
        }
        (IReadOnlyList<StartedVolume> started, IReadOnlyList<Refusal> refusals) = await core.Starts.StartAllAsync(
            [.. core.Current.Volumes.Values
                .Where(volume => volume.State != VolumeState.Empty)
                .OrderByDescending(volume => core.Current.DepthOf(volume.Id))
                .ThenBy(volume => volume.Name, StringComparer.Ordinal)
                .Select(volume => volume.Id)],
            leavesUnrecovered);
        foreach (Refusal refusal in refusals)
        {
            core.Log($"VxVM vxvol ERROR {refusal.MessageId} {refusal.Message}");
        }
        core.Recoveries.Recover(started, leavesUnrecovered, new CopyOptions());
    }

    /// <summary>Stops every volume, or refuses with nothing changed when one is in use.</summary>
    public async Task<Outcome> QuiesceAsync()
    {
        core.IsClosed = true;
        bool isUsed = core.Started.All.Any(device => device.OpenCount > 0)
            || core.Current.Volumes.Keys.Any(core.Attaches.IsRunning);
        if (isUsed)
        {
            core.IsClosed = false;
            return new Refusal(
                ErrorCode.InUse,
                $"Disk group {core.Current.Group.Name}: Some volumes in the disk group are in use", "V-5-1-584");
        }
        await StopAllAsync();
        return Outcome.Done;
    }

    /// <summary>The group stays after all: its volumes start again.</summary>
    public async Task ReopenAsync()
    {
        core.IsClosed = false;
        await BringUpAsync(startsVolumes: true);
    }

    /// <summary>Clean stop with the host: copies stop where they are and go on at the next boot.</summary>
    public async Task ShutdownAsync()
    {
        core.IsClosed = true;
        await StopAllAsync();
        await core.Store.CloseAsync();
    }

    /// <summary>Converts a volume to or from a layered one.</summary>
    public async Task<Outcome> ConvertAsync(string name, bool isLayered)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        using IDisposable below = await core.EnterBelowAsync(turn.Volume);
        if (RefuseCopiesBelow(turn.Volume) is { } refusal)
        {
            return refusal;
        }
        return await core.Started.ConvertAsync(turn.Volume, configuration => isLayered
            ? VolumeOperations.ConvertToLayered(configuration, turn.Volume)
            : VolumeOperations.ConvertToPlain(configuration, turn.Volume));
    }

    /// <summary>Why a volume that a started one needs may not be stopped or removed by itself; null where it
    /// may.</summary>
    private Refusal? RefuseAlone(RecordId volume) => core.Dcos.RefuseAlone(volume)
        ?? (core.Current.VolumeAbove(volume) is { } above && core.Started.Find(above.Id) is not null
            ? VolumeOperations.RefuseSubVolume(core.Current, volume) : null);

    private Refusal? RefuseCopiesBelow(RecordId volume) =>
        core.Current.VolumesBelow(volume).FirstOrDefault(core.Attaches.IsRunning) is { Value: > 0 } busy
            ? AttachLock.Refuse(core.Current.Volumes[busy]) : null;

    private async Task StopBelowAsync(RecordId volume)
    {
        using IDisposable turns = await core.EnterBelowAsync(volume);
        foreach (RecordId below in core.Current.VolumesBelow(volume).Where(id => core.Started.Find(id) is not null))
        {
            await EndWorkAsync(below);
            await core.Started.CloseAsync(below);
        }
    }

    private async Task EndWorkAsync(RecordId volume)
    {
        await core.Attaches.AbortAsync(volume);
        await core.Recoveries.StopAsync(volume);
    }

    private async Task StopAllAsync()
    {
        using (await core.SpaceGate.EnterAsync())
        {
            // Nobody creates a volume any more.
        }
        List<(RecordId Volume, IoStatus Status)> ended = [];
        foreach (VolumeDevice device in core.Started.All
            .OrderBy(device => core.Current.DepthOf(device.Volume)))
        {
            using IDisposable turn = await core.EnterAsync(device.Volume);
            Task suspended = core.Attaches.SuspendAsync(device.Volume);
            await core.Recoveries.StopAsync(device.Volume);
            await suspended;
            ended.Add((device.Volume, await core.Started.EndAsync(device)));
        }
        await core.Started.RecordEndsAsync(ended);
        await core.Work.DrainAsync();
    }

    private async Task<Outcome> OpenNewAsync(RecordId id, bool clears)
    {
        if (clears)
        {
            Outcome initialised = await InitializeAsync(id, VolumeInit.Zero);
            if (!initialised.IsDone)
            {
                await core.CommitAsync(configuration => VolumeOperations.RemoveVolume(configuration, id));
            }
            return initialised;
        }
        await OpenFreshAsync(id);
        return Outcome.Done;
    }

    private async Task<Outcome> InitializeAsync(RecordId id, VolumeInit init)
    {
        if (init == VolumeInit.Zero && await ZeroPlexesAsync(id) is { } failed)
        {
            return failed;
        }
        Outcome<GroupConfiguration> initialised = await core.CommitAsync(
            configuration => VolumeOperations.InitializeVolume(configuration, id, init));
        if (!initialised.IsDone)
        {
            return initialised.Refusal;
        }
        await OpenFreshAsync(id);
        return Outcome.Done;
    }

    private async Task OpenFreshAsync(RecordId id)
    {
        foreach (RecordId each in (RecordId[])[.. core.Current.VolumesBelow(id), id])
        {
            if (core.Current.Volumes[each].KernelState == VolumeKernelState.Enabled)
            {
                await core.Started.OpenAsync(each, RecoveryNeed.None, formatsLog: true);
            }
        }
    }

    /// <summary>Clears all data plexes of a stopped volume, durably; of a layered one those below.</summary>
    private async Task<Refusal?> ZeroPlexesAsync(RecordId id)
    {
        if (core.Current.VolumesBelow(id) is { Count: > 0 } below)
        {
            foreach (RecordId each in below)
            {
                if (await ZeroPlexesAsync(each) is { } failed)
                {
                    return failed;
                }
            }
            return null;
        }
        GroupConfiguration configuration = core.Current;
        VolumeRecord volume = configuration.Volumes[id];
        if (volume.State != VolumeState.Empty)
        {
            return new Refusal(ErrorCode.InvalidState, $"Volume {volume.Name} is not EMPTY; its contents are kept");
        }
        foreach (PlexRecord plex in configuration.DataPlexesOf(id))
        {
            IoStatus status = await Clearing.ZeroAsync(
                PlexMap.Of(configuration, plex.Id), core.Disks.PublicRegion, 0, volume.Length);
            if (status != IoStatus.Success)
            {
                return new Refusal(
                    ErrorCode.InputOutput, $"Volume {volume.Name}, plex {plex.Name}: cannot be cleared: {status}");
            }
        }
        return null;
    }
}
