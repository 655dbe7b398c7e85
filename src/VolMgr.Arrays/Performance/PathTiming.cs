using VolMgr.Arrays.Multipath;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Performance;

/// <summary>
/// What an operation through one port to one LUN takes: it waits for its place in the LUN's queue, then passes port,
/// array, pool and LUN.
/// </summary>
/// <remarks>
/// Fixed times add up. Bytes stream through all parts at once, so of their lines the slowest counts. One wait for all
/// of it, before the operation takes effect.
/// </remarks>
internal sealed class PathTiming(
    LabPerformance performance, IReadOnlyList<PerformanceStage> stages, PerformanceStage? queue, EngineServices engine)
{
    /// <summary>Whether it takes no time now.</summary>
    public bool IsSuspended => performance.IsSuspended;

    /// <summary>Does an operation in the time that it takes.</summary>
    public async ValueTask<IoStatus> RunAsync<TOperation>(
        TOperation operation, long bytes, IBlockDevice lun, CancellationToken token)
        where TOperation : struct, ILunOperation
    {
        if (queue is not null)
        {
            await queue.EnterAsync();
        }

        try
        {
            TimeSpan time = Reserve(operation.Kind, bytes);
            if (time > TimeSpan.Zero)
            {
                await engine.DelayAsync(time, token);
            }

            return await operation.IssueAsync(lun, CancellationToken.None);
        }
        finally
        {
            queue?.Leave();
        }
    }

    private TimeSpan Reserve(LunOperationKind kind, long bytes)
    {
        long now = engine.Time.GetElapsedTime(0).Ticks;
        long passed = now;
        TimeSpan latency = TimeSpan.Zero;
        foreach (PerformanceStage stage in stages)
        {
            latency += stage.LatencyOf(kind);
            passed = Math.Max(passed, stage.Reserve(kind, now, bytes));
        }

        return latency + TimeSpan.FromTicks(passed - now);
    }
}
