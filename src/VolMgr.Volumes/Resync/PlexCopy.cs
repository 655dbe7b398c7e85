using System.Threading.Channels;
using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Resync;

/// <summary>
/// The atomic copy: brings an attaching plex up to date under live I/O, in one pass, then makes it readable.
/// </summary>
/// <remarks>
/// planner, bounded channel, N workers, and a checkpointer beside them:
/// <code>
/// extents of the source -> CopyPlanner -> Channel -> throttle -> CopyWorker x N -> CopyMap
/// beside it, now and then:  capture the map, flush the target, write the record
/// </code>
/// One pass is enough: from the first moment every application write goes to the target too, and a range is copied
/// while no write is in it. What always holds: the map never says more than the target holds; a record never says more
/// than what the target holds durably; the copy is over when all workers have ended, and that is decided again under
/// the gate. A part that throws ends all the others, and is what <see cref="RunAsync"/> throws.
/// </remarks>
public sealed class PlexCopy
{
    private readonly PlexCopyOptions options;
    private readonly VolumeCore core;
    private readonly CopyThrottle throttle;
    private readonly CopyProgress progress = new();
    private CopyMap map;

    /// <summary>A copy that has not begun.</summary>
    public PlexCopy(PlexCopyOptions options)
    {
        Invariant.Holds(options.IoSize is >= 512 and <= 1 << 30);
        Invariant.Holds(options.IoSize % 512 == 0);
        Invariant.Holds(options.Workers > 0);
        this.options = options;
        core = options.Volume.Core;
        throttle = new CopyThrottle(options.Throttle, core.Engine, () => options.Volume.Statistics);
        if (options.Throttle.Policy.TailAtVolume is { Ticks: > 0 } target)
        {
            options.Volume.WatchTail(target);
        }

        map = new CopyMap(options.Volume.Length);
    }

    /// <summary>Bytes that are on the target.</summary>
    public long Done => map.Done;

    /// <summary>The pace, for whoever watches.</summary>
    public CopyThrottle Throttle => throttle;

    internal CopyMap Map => map;

    /// <summary>Stops with the record kept, so that a later start continues: the host goes down in good
    /// order.</summary>
    public void Suspend() => progress.Stop(PlexCopyState.Suspended, IoStatus.Success);

    /// <summary>The target was given up by somebody else: ends the copy also while it is paused or waits.</summary>
    public void LoseTarget(IoStatus reason) => progress.Stop(PlexCopyState.TargetFailed, reason);

    /// <summary>Copies until everything is on the target or something stops it. The target is not readable
    /// yet.</summary>
    public async Task<PlexCopyResult> RunAsync()
    {
        await LoadAsync();
        if (core.Gate.Published.Find(options.Target) is { } target)
        {
            target.Device.Copied = map;
        }

        core.Steps.CopyStarts(options, map);
        await core.Steps.ReachedAsync(DataPathStep.CopyLoaded, 0, map.VolumeLength);
        long resumed = map.Done;
        options.Task?.Report(resumed);
        CancellationToken abort = options.Task?.AbortToken ?? CancellationToken.None;
        CancellationTokenRegistration registration = abort.UnsafeRegister(
            static state => ((CopyProgress)state!).Stop(PlexCopyState.Aborted, IoStatus.Success), progress);

        try
        {
            return await RunPipelineAsync(resumed);
        }
        finally
        {
            registration.Unregister();
        }
    }

    /// <summary>
    /// Makes the target readable: flushes it ahead, closes the gate, drains, checks again, flushes, commits, publishes.
    /// </summary>
    /// <remarks>The commit makes the plex ACTIVE durably and returns what to publish; null when it was refused. Only
    /// after
    /// <see cref="PlexSwitchState.Switched"/> may anyone be told that the copy is complete.</remarks>
    public async Task<PlexSwitchState> SwitchAsync(Func<PlexSet, Task<VolumeChange?>> commit)
    {
        PlexMember? target = core.Gate.Published.Find(options.Target);
        if (target is null)
        {
            return PlexSwitchState.TargetFailed;
        }

        if (!core.Steps.IsCopyComplete(map, target.Device))
        {
            return target.Device.IsFaulted ? PlexSwitchState.TargetFailed : PlexSwitchState.NotComplete;
        }

        await FlushAheadAsync(target.Device);
        PlexSwitchState state = await options.Volume.ReconfigureAsync(plexes => SwitchFrozenAsync(plexes, commit));
        if (state != PlexSwitchState.NotComplete && options.Store is { } store)
        {
            await store.ClearAsync(CancellationToken.None);
        }

        return state;
    }

    private async Task<PlexCopyResult> RunPipelineAsync(long resumed)
    {
        // Two ranges for each worker: enough that nobody waits for the planner, few enough that a stop is quick.
        Channel<CopyRange> ranges = Channel.CreateBounded<CopyRange>(
            new BoundedChannelOptions(options.Workers * 2)
            {
                FullMode = BoundedChannelFullMode.Wait,
                SingleReader = false,
                SingleWriter = true,
                AllowSynchronousContinuations = false,
            });
        progress.OnStop(() => ranges.Writer.TryComplete());
        PlexDevice? target = core.Gate.Published.Find(options.Target)?.Device;
        var planner = new CopyPlanner(
            options.Volume, map, options.IoSize, (offset, length) => target?.GapAt(offset, length) ?? 0);
        Task planning = StartPart(() => planner.RunAsync(ranges.Writer));
        Task[] workers = [.. Enumerable.Range(0, options.Workers)
            .Select(_ => StartPart(() => WorkAsync(ranges.Reader), isCopying: true))];
        var checkpointer = new CopyCheckpointer(options, core, progress, () => map);
        Task checkpoints = StartPart(checkpointer.RunAsync);
        try
        {
            await core.Steps.AwaitWorkersAsync([planning, .. workers]);

            // Nothing becomes readable while an administrator holds the copy. The work has not ended before, so that a
            // shutdown, an abort or the loss of the target still gets through to a copy that is held here.
            await PauseAsync();
        }
        finally
        {
            progress.EndWork();
            await checkpoints;
        }

        return await EndAsync(checkpointer, resumed);
    }

    /// <summary>Starts one of the parts that wait for one another: when it throws, nobody may wait for it.</summary>
    private Task StartPart(Func<Task> part, bool isCopying = false)
    {
        return isCopying && !options.Throttle.Policy.IsFullSpeed
            ? core.Engine.StartInBackgroundAsync(GuardAsync)
            : core.Engine.StartAsync(GuardAsync);
        async Task GuardAsync()
        {
            bool hasEnded = false;
            try
            {
                await part();
                hasEnded = true;
            }
            finally
            {
                if (!hasEnded)
                {
                    progress.Stop(PlexCopyState.Aborted, IoStatus.Success);
                }
            }
        }
    }

    private async Task<(PlexSwitchState Result, VolumeChange? Publish)> SwitchFrozenAsync(
        PlexSet plexes, Func<PlexSet, Task<VolumeChange?>> commit)
    {
        PlexMember? target = plexes.Find(options.Target);
        if (target is null || target.Device.IsFaulted)
        {
            return (PlexSwitchState.TargetFailed, null);
        }

        if (options.Task?.AbortToken.IsCancellationRequested == true)
        {
            return (PlexSwitchState.Aborted, null);
        }

        if (map.VolumeLength != plexes.Length || !core.Steps.IsCopyComplete(map, target.Device))
        {
            return (PlexSwitchState.NotComplete, null);
        }

        IoStatus status = await core.Steps.FlushBeforeSwitchAsync(target.Device);
        if (status != IoStatus.Success)
        {
            await core.Faults.FaultAsync(plexes, target, status);
            return (PlexSwitchState.TargetFailed, null);
        }

        await core.Steps.ReachedAsync(DataPathStep.SwitchFlushed, 0, 0);
        VolumeChange? change = await commit(plexes);
        return (change is null ? PlexSwitchState.Refused : PlexSwitchState.Switched, change);
    }

    /// <summary>Flushes while the gate is open, until what is left takes little time, so that it is closed only
    /// briefly.</summary>
    private async Task FlushAheadAsync(PlexDevice target)
    {
        const int rounds = 8;
        for (int round = 0; round < rounds && target.HasFlushDebt; round++)
        {
            long began = core.Engine.Time.GetTimestamp();
            if (await core.Steps.FlushBeforeSwitchAsync(target) != IoStatus.Success
                || core.Engine.Time.GetElapsedTime(began) < TimeSpan.FromMilliseconds(2))
            {
                return; // a failure is met again, and handled, under the gate
            }
        }
    }

    private async Task LoadAsync()
    {
        if (options.Only is { } only)
        {
            map = new CopyMap(options.Volume.Length, only);
        }

        if (options.Store is not { } store)
        {
            return;
        }

        CopyCheckpoint? checkpoint = await store.ReadAsync(CancellationToken.None);
        if (checkpoint is not null
            && core.Steps.MayResume(checkpoint, options.Volume.Length, options.IsRecordTrusted))
        {
            map = new CopyMap(checkpoint, options.Recopy);
            return;
        }

        // A record that is not continued must not be found by a later start, which would know nothing of this one.
        await store.ClearAsync(CancellationToken.None);
    }

    private async Task WorkAsync(ChannelReader<CopyRange> ranges)
    {
        using var worker = new CopyWorker(options.Volume, options.Target, map, options.IoSize, throttle.LimitStep);
        while (await ranges.WaitToReadAsync(CancellationToken.None))
        {
            while (ranges.TryRead(out CopyRange range))
            {
                await CopyRangeAsync(worker, range);
            }
        }
    }

    private async Task CopyRangeAsync(CopyWorker worker, CopyRange range)
    {
        ByteRange rest = range.Range;
        bool isHole = range.IsHole;
        while (rest.Length > 0 && !progress.IsStopped)
        {
            await PauseAsync();
            int slowMs = options.Task?.SlowMs ?? 0;
            if (!isHole || slowMs > 0)
            {
                long next = isHole ? 0 : Math.Min(rest.Length, throttle.LimitStep(options.IoSize));
                await throttle.WaitAsync(next, slowMs, progress.Stopped);
                await PauseAsync(); // who holds the copy meanwhile sees no further step
            }

            if (progress.IsStopped)
            {
                return;
            }

            // Of data no more is locked than this step moves: applications wait for nothing that is not copied now.
            ByteRange held = isHole
                ? rest
                : rest with { Length = Math.Min(rest.Length, throttle.LimitStep(options.IoSize)) };
            long began = core.Engine.Time.GetTimestamp();
            CopyStepResult step = await worker.CopyAsync(held, mayMove: !isHole);
            throttle.Took(step.Copied, core.Engine.Time.GetElapsedTime(began));
            if (step.Outcome != PlexCopyState.Completed)
            {
                await core.Steps.ReachedAsync(DataPathStep.CopyStopping, rest.Offset, rest.Length);
                progress.Stop(step.Outcome, step.Reason);
                return;
            }

            // What was a hole when it was planned may hold data by now, which waits for its place in the pace.
            isHole = range.IsHole && (!isHole || step.Done > 0);
            rest = new ByteRange(rest.Offset + step.Done, rest.Length - step.Done);
            options.Task?.Report(map.Done);
            await progress.AddAsync(
                step.Copied, step.Done - step.Copied, options.CheckpointBytes, throttle.SeesApplication);
        }
    }

    private async ValueTask PauseAsync()
    {
        ValueTask pause = options.Task?.PausePointAsync() ?? default;
        if (!pause.IsCompletedSuccessfully)
        {
            await Together.AnyAsync(pause.AsTask(), progress.StoppedTask);
        }
    }

    private async Task<PlexCopyResult> EndAsync(CopyCheckpointer checkpointer, long resumed)
    {
        PlexCopyState state = progress.State ?? PlexCopyState.Completed;
        if (state is PlexCopyState.Completed or PlexCopyState.Suspended
            && !await checkpointer.WriteAsync())
        {
            state = PlexCopyState.TargetFailed;
        }

        if (state is PlexCopyState.Aborted or PlexCopyState.SourceFailed or PlexCopyState.TargetFailed
            && options.Store is { } store)
        {
            await store.ClearAsync(CancellationToken.None);
        }

        options.Task?.ReportBytes(progress.BytesCopied, progress.BytesSkipped);
        return new PlexCopyResult(
            state, progress.BytesCopied, progress.BytesSkipped, resumed, progress.Reason);
    }
}
