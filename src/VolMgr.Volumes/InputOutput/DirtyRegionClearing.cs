using VolMgr.Blocks;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Takes the bits of idle regions out of a dirty region log: after the delay, or at once when there is no room.
/// </summary>
/// <remarks>
/// The order is the point: list what is idle, flush every plex that takes writes, clean what is idle still and was not
/// used meanwhile, write the log. One lazy run at a time, which ends when nothing is idle.
/// </remarks>
internal sealed class DirtyRegionClearing(
    Lock sync, DirtyRegionTable table, DirtyRegionCommits commits, EngineServices engine)
{
    private readonly CancellationTokenSource retired = new();
    private Task lazy = Task.CompletedTask;
    private bool isRunning;

    /// <summary>Begins a lazy run where a region is idle and none is at work.</summary>
    public void BeginUnsynchronized()
    {
        if (!isRunning && table.HasIdle && !retired.IsCancellationRequested && commits.Core is not null)
        {
            isRunning = true;
            lazy = engine.StartAsync(RunLazilyAsync);
        }
    }

    /// <summary>Nothing is cleared any more; ends when the lazy run has.</summary>
    public Task EndAsync()
    {
        Retire();
        return lazy;
    }

    /// <summary>Flushes every plex, then clears the bits of regions that were idle before for long enough and still
    /// are.</summary>
    public async Task ClearAsync(Func<long, bool> isLongEnough)
    {
        List<(int Index, long Uses)> idle;
        lock (sync)
        {
            idle = table.Idle(isLongEnough);
        }

        if (idle.Count == 0 || commits.Core is not { } volume || retired.IsCancellationRequested)
        {
            return;
        }

        // The gate is not entered: a marker that waits for room holds it, and the lazy clearing keeps reconfigurations
        // out. Plexes that join later were copied or start as write-only, and do not depend on these bits.
        IoStatus status = await volume.Steps.FlushBeforeClearAsync(
            () => volume.Flusher.FlushMembersAsync(volume.Gate.Published));
        if (status != IoStatus.Success)
        {
            return;
        }

        await volume.Steps.ReachedAsync(DataPathStep.ClearFlushed, 0, 0);
        lock (sync)
        {
            table.Clean(idle);
        }

        await commits.CommitAsync();
    }

    // Not CancelAsync: it hops to the pool. Nothing but a delay listens.
    private void Retire() => retired.Cancel();

    private async Task RunLazilyAsync()
    {
        while (true)
        {
            try
            {
                await engine.DelayAsync(DirtyRegionLogGeometry.LazyClearDelay, retired.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ClearIfFreeAsync();
            lock (sync)
            {
                if (!table.HasIdle)
                {
                    isRunning = false;
                    return;
                }
            }
        }
    }

    private async Task ClearIfFreeAsync()
    {
        if (commits.Core is not { } volume || !volume.Housekeeping.TryBegin())
        {
            return; // a reconfiguration is on its way: next time
        }

        try
        {
            await ClearAsync(since =>
                engine.Time.GetElapsedTime(since) >= DirtyRegionLogGeometry.LazyClearDelay);
        }
        finally
        {
            volume.Housekeeping.End();
        }
    }
}
