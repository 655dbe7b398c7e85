using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Recovery;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Makes mirrors equal after an unclean stop, goes on with interrupted copies, attaches stale plexes: in the
/// background, under one parent task.
/// </summary>
/// <remarks>
/// Inside one volume the order is: mirrors, then copies, one plex after the other. The volume is ACTIVE in the records
/// only after its plexes were made equal and flushed.
/// </remarks>
internal sealed class VolumeRecoveries(GroupCore core)
{
    private readonly Lock guard = new();
    private ImmutableSortedDictionary<RecordId, RecoveryJob> jobs =
        ImmutableSortedDictionary<RecordId, RecoveryJob>.Empty;

    /// <summary>Ends when no read-writeback of the volume runs.</summary>
    public Task WaitAsync(RecordId volume) => jobs.GetValueOrDefault(volume)?.Completion ?? Task.CompletedTask;

    /// <summary>Begins what volumes that were just started need; the parent task, or null when they need nothing.
    /// Copies go on also where mirrors are left unrecovered: their plexes take writes already.</summary>
    public VolumeTask? Recover(IReadOnlyList<StartedVolume> volumes, bool leavesUnrecovered, CopyOptions options)
    {
        StartedVolume[] mirrors = [.. volumes.Where(volume => volume.Need != RecoveryNeed.None && !leavesUnrecovered)];
        (RecordId Volume, RecordId Plex)[] stale = leavesUnrecovered
            ? []
            : [.. volumes.SelectMany(volume => Stale(volume.Id).Select(plex => (volume.Id, plex)))];
        foreach (StartedVolume volume in volumes.Where(v => v.Need == RecoveryNeed.None && v.Resumed.Count == 0))
        {
            volume.Device.Log?.ReleaseHeld();
        }
        int count = mirrors.Length + stale.Length + volumes.Sum(volume => volume.Resumed.Count);
        if (count == 0)
        {
            return null;
        }
        VolumeTask parent = core.Host.Tasks.Start(new TaskRequest
        {
            Type = "PARENT",
            Operation = "VXRECOVER",
            GroupName = core.Current.Group.Name,
            Tag = options.Tag,
            End = count,
        });
        CopyOptions child = options with { Tag = "" };
        List<Task<TaskState>> children = [.. mirrors.Select(
            volume => Begin(volume.Device, "VOLSTART", parent.Id, child).Task.Completion)];
        children.AddRange(volumes.Where(volume => volume.Resumed.Count > 0)
            .SelectMany(volume => core.Attaches.Resume(volume, child, parent.Id))
            .Select(job => job.Task.Completion));
        children.AddRange(stale.GroupBy(plex => plex.Volume).Select(
            plexes => AttachStaleAsync(plexes.Key, [.. plexes.Select(plex => plex.Plex)], parent, child)));
        core.Work.Start(() => FinishAsync(parent, children));
        return parent;
    }

    public async Task<Outcome<VolumeTask?>> RecoverAsync(RecoverRequest request)
    {
        List<StartedVolume> volumes = [];
        IReadOnlyList<string> names = request.Volumes.Count > 0
            ? request.Volumes
            : [.. core.Current.Volumes.Values.Where(volume => volume.State != VolumeState.Empty)
                .Select(volume => volume.Name).Order(StringComparer.Ordinal)];
        Refusal? refusal = core.CheckClosed();
        foreach (string name in names.Concat(names.SelectMany(NamesBelow)).Distinct().ToList())
        {
            Outcome<IReadOnlyList<StartedVolume>> needing = await PrepareAsync(name, request);
            if (needing.IsDone)
            {
                volumes.AddRange(needing.Value);
            }
            else if (request.Volumes.Count > 0)
            {
                refusal = needing.Refusal;
                break;
            }
        }
        // What has been started is recovered also when a later volume is refused: its copies hold locks.
        VolumeTask? task = Recover(volumes, request.LeavesUnrecovered, request.Copy);
        return refusal is null ? task : refusal;
    }

    private IEnumerable<string> NamesBelow(string name) => core.Current.FindVolume(name) is { } volume
        ? core.Current.VolumesBelow(volume.Id).Select(id => core.Current.Volumes[id].Name)
        : [];

    public async Task<Outcome<VolumeTask>> ResyncAsync(string name, CopyOptions options)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        if (VolumeOperations.RefuseLayered(core.Current, turn.Volume) is { } layered)
        {
            return layered;
        }
        if (core.Started.Find(turn.Volume) is not { } device)
        {
            return Refusals.NotStarted(name);
        }
        if (device.IsRecovering && jobs.ContainsKey(turn.Volume))
        {
            return new Refusal(ErrorCode.Locked, $"Volume {name} is being resynchronised already");
        }
        // What the plexes hold is not equal, says an administrator: nor is it what a detached one was equal to.
        Outcome<GroupConfiguration> begun = await core.CommitAsync(configuration => BeginFullResync(
            VolumeOperations.ForgetDetachMaps(configuration, turn.Volume), turn.Volume));
        if (!begun.IsDone)
        {
            return begun.Refusal;
        }
        await MirrorRecovery.BeginAsync(device, []);
        return Begin(device, "RESYNC", parent: null, options).Task;
    }

    public async Task<Outcome<VerifyResult>> VerifyAsync(
        string volume, IProgress<long>? progress, CancellationToken token)
    {
        if (core.Current.FindVolume(volume) is not { } record)
        {
            return Refusals.NoVolume(volume);
        }
        return core.Started.Find(record.Id) is { } device
            ? await core.Engine.StartInBackgroundAsync(
                () => new PlexVerifier(device).RunAsync(offset => progress?.Report(offset), token))
            : Refusals.NotStarted(volume);
    }

    /// <summary>Stops the read-writeback of a volume; the records and the log still say what is left to do.</summary>
    public async Task StopAsync(RecordId volume)
    {
        if (jobs.GetValueOrDefault(volume) is { } job)
        {
            job.Stop();
            await job.Completion;
        }
    }

    private RecoveryJob Begin(VolumeDevice device, string operation, int? parent, CopyOptions options)
    {
        var job = new RecoveryJob(core, device, operation, parent, options);
        lock (guard)
        {
            jobs = jobs.SetItem(device.Volume, job);
        }
        job.Start(() =>
        {
            lock (guard)
            {
                jobs = jobs.Remove(device.Volume);
            }
        });
        return job;
    }

    private async Task<Outcome<IReadOnlyList<StartedVolume>>> PrepareAsync(string name, RecoverRequest request)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name, toleratesCopies: true);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        return await PrepareAsync(turn.Volume, request);
    }

    /// <summary>What a volume needs, after it was started where that is asked for, with those below it; empty for
    /// nothing.</summary>
    private async Task<Outcome<IReadOnlyList<StartedVolume>>> PrepareAsync(RecordId id, RecoverRequest request)
    {
        if (core.Started.Find(id) is not { } device)
        {
            if (!request.StartsVolumes)
            {
                return new List<StartedVolume>();
            }
            return await core.Starts.StartAsync(id, request.LeavesUnrecovered);
        }
        if (core.Current.Volumes[id].State == VolumeState.NeedSync && !request.LeavesUnrecovered)
        {
            Outcome<GroupConfiguration> begun = await core.CommitAsync(
                configuration => BeginFullResync(configuration, id));
            if (!begun.IsDone)
            {
                return begun.Refusal;
            }
            if (!device.IsRecovering)
            {
                await MirrorRecovery.BeginAsync(device, []);
            }
            return new List<StartedVolume> { new(id, device, RecoveryNeed.Full, [], null) };
        }
        bool isBusy = core.Attaches.IsRunning(id);
        return isBusy || Stale(id).Count == 0
            ? new List<StartedVolume>()
            : new List<StartedVolume> { new(id, device, RecoveryNeed.None, [], null) };
    }

    private static Outcome<GroupConfiguration> BeginFullResync(GroupConfiguration configuration, RecordId volume)
    {
        Outcome<GroupConfiguration> begun = VolumeOperations.BeginResync(configuration, volume);
        return begun.IsDone
            ? begun.Value.With(begun.Value.Volumes[volume] with { PUtil0 = StartPlan.FullResyncMark })
            : begun;
    }

    /// <summary>The plexes that a copy brings back and whose disks are here.</summary>
    private IReadOnlyList<RecordId> Stale(RecordId volume) =>
        [.. core.Current.DataPlexesOf(volume)
            .Where(plex => plex is { State: PlexState.Stale or PlexState.Recover, Mode: PlexMode.ReadWrite })
            .Where(plex => core.Current.SubdisksOf(plex.Id).All(subdisk => core.Disks.IsHere(subdisk.DiskId)))
            .Select(plex => plex.Id)];

    private async Task<TaskState> AttachStaleAsync(
        RecordId volume, IReadOnlyList<RecordId> plexes, VolumeTask parent, CopyOptions options)
    {
        TaskState worst = TaskState.Completed;
        await WaitAsync(volume);
        foreach (RecordId plex in plexes.Where(_ => !parent.AbortToken.IsCancellationRequested))
        {
            Outcome<AttachJob?> job = await AttachStaleAsync(volume, plex, parent.Id, options);
            if (!job.IsDone)
            {
                core.Log($"VxVM vxrecover ERROR {job.Refusal.Message}");
                worst = TaskState.Failed;
                continue;
            }
            if (job.Value is { } started)
            {
                TaskState ended = await started.Task.Completion;
                worst = ended == TaskState.Completed ? worst : ended;
                await started.Completion;
            }
        }
        return worst;
    }

    private async Task<Outcome<AttachJob?>> AttachStaleAsync(
        RecordId volume, RecordId plex, int parent, CopyOptions options)
    {
        if (!core.Current.Volumes.TryGetValue(volume, out VolumeRecord? record))
        {
            return Refusals.VolumeIsGone;
        }
        Outcome<VolumeTurn> entered = await core.EnterAsync(record.Name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        return turn.Volume == volume && core.Current.Plexes.ContainsKey(plex)
            ? await core.Attaches.AttachAsync(volume, plex, options, parent)
            : Refusals.PlexIsGone;
    }

    private static async Task FinishAsync(VolumeTask parent, IReadOnlyList<Task<TaskState>> children)
    {
        TaskState[] states = await Together.AllAsync(children);
        bool isAborted =
            parent.State == TaskState.Aborting || Array.Exists(states, state => state == TaskState.Aborted);
        parent.Finish(
            Array.Exists(states, state => state == TaskState.Failed) ? TaskState.Failed
            : isAborted ? TaskState.Aborted
            : TaskState.Completed);
    }
}
