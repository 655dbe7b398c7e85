using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Recovery;

/// <summary>How recovery of a volume ended.</summary>
public enum MirrorRecoveryState
{
    /// <summary>All plexes hold the same, durably; the dirty region log may forget what it held.</summary>
    Completed = 1,

    /// <summary>It was told to stop; the rest stays to be recovered, and reads of it stay safe.</summary>
    Aborted = 2,

    /// <summary>Some range could not be made equal, or could not be flushed; it stays to be recovered.</summary>
    Failed = 3,
}

/// <summary>How recovery of a volume is done.</summary>
public sealed record MirrorRecoveryOptions
{
    /// <summary>The volume.</summary>
    public required VolumeDevice Volume { get; init; }

    /// <summary>Steps in flight at once.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>The pace.</summary>
    public CopyThrottleOptions Throttle { get; init; } = new();

    /// <summary>The task to report to and to be controlled by; the caller finishes it.</summary>
    public VolumeTask? Task { get; init; }
}

/// <summary>
/// Read-writeback: makes the plexes of a volume equal after an unclean stop, where they may differ.
/// </summary>
/// <remarks>
/// A range at a time, under the exclusive lock, the first readable plex is written over the others where they differ.
/// Until it has come to a range, a read of that range does the same itself, so that whoever reads twice reads the same
/// twice. Writes are normal. Nothing is forgotten before everything is flushed: a crash during recovery starts it again
/// with at least the same ranges. What is a hole on all plexes is passed over in steps of up to 1 GiB.
/// </remarks>
public sealed class MirrorRecovery
{
    /// <summary>The largest range that is held to see that it is a hole on all plexes.</summary>
    private const long LargestHole = 1L << 30;

    private readonly MirrorRecoveryOptions options;
    private readonly VolumeCore core;
    private readonly CopyThrottle throttle;
    private readonly Lock sync = new();
    private int cursor;
    private bool hasFailed;

    /// <summary>A recovery of what the volume was started with, or <see cref="BeginAsync"/> has added.</summary>
    public MirrorRecovery(MirrorRecoveryOptions options)
    {
        Invariant.Holds(options.Workers > 0);
        this.options = options;
        core = options.Volume.Core;
        throttle = new CopyThrottle(options.Throttle, core.Engine, () => options.Volume.Statistics);
    }

    private bool IsAborted => options.Task?.AbortToken.IsCancellationRequested == true;

    /// <summary>
    /// Declares ranges of a running volume as not equal (vxvol resync); all of it when the list is empty. False when a
    /// recovery is at work already.
    /// </summary>
    public static Task<bool> BeginAsync(VolumeDevice volume, IReadOnlyList<ByteRange> ranges) =>
        volume.ReconfigureAsync(plexes =>
        {
            bool isFree = volume.Core.Unrecovered is null;
            if (isFree)
            {
                volume.Core.Unrecovered = RecoveryMap.Over(plexes.Length, ranges);
            }

            return Task.FromResult<(bool, VolumeChange?)>((isFree, null));
        });

    /// <summary>Runs to the end; a volume with nothing to recover completes at once.</summary>
    public async Task<MirrorRecoveryState> RunAsync()
    {
        if (core.Unrecovered is { } map)
        {
            Task[] workers = [.. Enumerable.Range(0, options.Workers)
                .Select(_ => core.Engine.StartAsync(() => WorkAsync(map)))];
            await Task.WhenAll(workers);
            if (map.PendingCount > 0)
            {
                return IsAborted && !hasFailed ? MirrorRecoveryState.Aborted : MirrorRecoveryState.Failed;
            }
        }

        return await EndAsync();
    }

    private async Task<MirrorRecoveryState> EndAsync()
    {
        IoStatus status = await core.Flusher.FlushAsync(CancellationToken.None);
        if (status != IoStatus.Success)
        {
            return MirrorRecoveryState.Failed;
        }

        core.Unrecovered = null;
        core.Log?.ReleaseHeld();
        return MirrorRecoveryState.Completed;
    }

    private async Task WorkAsync(RecoveryMap map)
    {
        while (!IsAborted)
        {
            int unit;
            lock (sync)
            {
                unit = map.NextPending(cursor);
                cursor = unit + 1;
                if (unit < 0)
                {
                    cursor = int.MaxValue;
                    return;
                }
            }

            map.BeginWork(unit);
            try
            {
                if (await SkipHoleAsync(map, unit) || await RecoverUnitAsync(map, unit))
                {
                    options.Task?.Report(map.RangeOf(unit).End);
                }
            }
            finally
            {
                map.EndWork(unit);
            }
        }
    }

    /// <summary>Where all plexes have a hole there is nothing to compare: they read as zeroes. As much as that holds
    /// for is done at once, at no cost to the pace. False: the unit holds something.</summary>
    /// <remarks>The range is held exclusively while the plexes are asked, so no write is in it: what all of them call a
    /// hole is one on all of them at the same moment. Asked without the lock first, so that a range with data is not
    /// held for nothing.</remarks>
    private async Task<bool> SkipHoleAsync(RecoveryMap map, int unit)
    {
        await (options.Task?.PausePointAsync() ?? default);
        ByteRange whole = map.RangeOf(unit);
        ByteRange run = map.RunOf(unit, LargestHole);
        PlexSet published = core.Gate.Published;
        if (run.End > published.Length
            || await RangeRecovery.CommonHoleAsync(published, run.Offset, run.Length) < whole.Length)
        {
            return false;
        }

        long hole = 0;
        IoStatus status = await HoldAsync(run, async (plexes, held) =>
        {
            hole = await RangeRecovery.CommonHoleAsync(plexes, held.Offset, held.Length);
            await core.Steps.ReachedAsync(DataPathStep.RecoveryEqualised, held.Offset, hole);
            return IoStatus.Success;
        });
        if (status != IoStatus.Success || hole < whole.Length)
        {
            return false;
        }

        map.MarkRecovered(run with { Length = hole });
        return true;
    }

    private async Task<bool> RecoverUnitAsync(RecoveryMap map, int index)
    {
        const long step = 1L << 20;
        ByteRange unit = map.RangeOf(index);
        for (long offset = unit.Offset; offset < unit.End; offset += step)
        {
            await (options.Task?.PausePointAsync() ?? default);
            var range = new ByteRange(offset, Math.Min(step, unit.End - offset));
            await throttle.WaitAsync(range.Length, options.Task?.SlowMs ?? 0, CancellationToken.None);
            if (IsAborted)
            {
                return false;
            }

            IoStatus status = await HoldAsync(range, EqualiseAsync);
            if (status != IoStatus.Success)
            {
                Volatile.Write(ref hasFailed, true);
                return false;
            }
        }

        map.MarkRecovered(unit);
        return true;
    }

    private async Task<IoStatus> EqualiseAsync(PlexSet plexes, ByteRange held)
    {
        IoStatus status = await RangeRecovery.EqualiseAsync(core, plexes, held);
        await core.Steps.ReachedAsync(DataPathStep.RecoveryEqualised, held.Offset, held.Length);
        return status;
    }

    /// <summary>Does something with a range that nobody else uses meanwhile, as far as the volume reaches.</summary>
    private async Task<IoStatus> HoldAsync(ByteRange range, Func<PlexSet, ByteRange, Task<IoStatus>> work)
    {
        PlexSet? plexes = await core.Steps.EnterAsync(core.Gate, CancellationToken.None);
        if (plexes is null)
        {
            return IoStatus.NotReachable;
        }

        try
        {
            if (range.Offset >= plexes.Length)
            {
                return IoStatus.Success; // shrunk meanwhile
            }

            range = range with { Length = Math.Min(range.Length, plexes.Length - range.Offset) };
            RangeHold hold = await core.Locks.AcquireAsync(
                range.Offset, range.Length, RangeClass.Exclusive, CancellationToken.None);
            try
            {
                await core.Steps.ReachedAsync(DataPathStep.RecoveryLocked, range.Offset, range.Length);
                return await work(plexes, range);
            }
            finally
            {
                hold.Release();
            }
        }
        finally
        {
            core.Gate.Leave();
        }
    }
}
