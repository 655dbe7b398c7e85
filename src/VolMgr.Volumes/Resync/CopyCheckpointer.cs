using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Resync;

/// <summary>
/// Flushes the target now and then, and after each flush lets the record say what it covered.
/// </summary>
/// <remarks>
/// The order is the point: capture the map, flush the target, write what was captured. What is marked while the flush
/// runs belongs to the next record. A record that cannot be written costs nothing but work after a crash.
/// </remarks>
internal sealed class CopyCheckpointer(
    PlexCopyOptions options, VolumeCore core, CopyProgress progress, Func<CopyMap> map)
{
    /// <summary>Runs until the copy is stopped or the workers have ended.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            await WaitAsync();
            if (progress.IsStopped || progress.HasEnded || !await WriteAsync())
            {
                return;
            }
        }
    }

    /// <summary>One checkpoint. False when the target cannot be flushed: it is given up.</summary>
    public async Task<bool> WriteAsync()
    {
        PlexSet plexes = core.Gate.Published;
        if (plexes.Find(options.Target) is not { } member || member.Device.IsFaulted)
        {
            progress.Stop(PlexCopyState.TargetFailed, IoStatus.NotReachable);
            return false;
        }

        progress.BeginCheckpoint();
        try
        {
            CopyCheckpoint captured = map().Capture(options.IoSize);
            await core.Steps.ReachedAsync(DataPathStep.CheckpointCaptured, 0, captured.VolumeLength);
            IoStatus status = core.Steps.JudgeTarget(await core.Steps.FlushBeforeRecordAsync(member.Device));
            if (status != IoStatus.Success)
            {
                await core.Faults.FaultAsync(plexes, member, status);
                progress.Stop(PlexCopyState.TargetFailed, status);
                return false;
            }

            await core.Steps.ReachedAsync(DataPathStep.CheckpointFlushed, 0, captured.VolumeLength);
            if (options.Store is { } store)
            {
                await store.WriteAsync(captured, CancellationToken.None);
            }

            return true;
        }
        finally
        {
            progress.EndCheckpoint();
        }
    }

    private async Task WaitAsync()
    {
        using var enough = new CancellationTokenSource();
        Task delay = core.Engine.DelayAsync(options.CheckpointInterval, enough.Token);
        await Together.AnyAsync(delay, progress.DueAsync());
        End(enough);
    }

    // Not CancelAsync: it hops to the pool. Nothing but the delay listens.
    private static void End(CancellationTokenSource source) => source.Cancel();
}
