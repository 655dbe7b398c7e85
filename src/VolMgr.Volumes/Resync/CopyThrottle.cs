using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Resync;

/// <summary>How fast a copy may go.</summary>
public sealed record CopyThrottleOptions
{
    /// <summary>Bytes each second at most; 0 is unlimited.</summary>
    public long BandwidthLimit { get; init; }

    /// <summary>Mean latency of application reads and writes above which the copy backs off; zero turns the guard
    /// off.</summary>
    public TimeSpan LatencyTarget { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Bytes each second that the guard always leaves to the copy.</summary>
    public long MinimumRate { get; init; } = 8L << 20;
}

/// <summary>
/// Paces the data that a copy moves: a fixed delay for each step (slow=), a bandwidth cap, and a guard that backs off
/// while the application's latency is above its target.
/// </summary>
/// <remarks>
/// The application comes first and the copy never starves: the guard cuts the rate by a third in each window of 100 ms
/// in which the mean latency is above the target, down to the minimum rate, and raises it by a quarter in each one
/// below. A window without application I/O lifts it. All workers of a copy share one pace. Holes cost nothing.
/// </remarks>
public sealed class CopyThrottle
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private readonly Lock sync = new();
    private readonly CopyThrottleOptions options;
    private readonly EngineServices engine;
    private readonly Func<VolumeStatistics> statistics;
    private readonly long origin;
    private TimeSpan next;
    private TimeSpan windowBegan;
    private VolumeStatistics windowBefore;
    private long windowBytes;
    private double guardRate = double.PositiveInfinity;

    /// <summary>A throttle that watches the application's I/O on one volume.</summary>
    public CopyThrottle(CopyThrottleOptions options, EngineServices engine, Func<VolumeStatistics> statistics)
    {
        Invariant.Holds(options.BandwidthLimit >= 0);
        Invariant.Holds(options.MinimumRate > 0);
        this.options = options;
        this.engine = engine;
        this.statistics = statistics;
        origin = engine.Time.GetTimestamp();
        windowBefore = statistics();
    }

    /// <summary>Bytes each second that the guard allows now; infinite while it does not hold back.</summary>
    public double GuardRate
    {
        get
        {
            lock (sync)
            {
                return guardRate;
            }
        }
    }

    /// <summary>Waits until a step of that many bytes may begin; returns early when stopped.</summary>
    public async ValueTask WaitAsync(long bytes, int slowMs, CancellationToken stop)
    {
        TimeSpan wait = Reserve(bytes, slowMs);
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            await engine.DelayAsync(wait, stop);
        }
        catch (OperationCanceledException)
        {
            // stopped: the caller looks by itself
        }
    }

    /// <summary>Takes the next place in the pace and tells how long to wait for it.</summary>
    internal TimeSpan Reserve(long bytes, int slowMs)
    {
        lock (sync)
        {
            TimeSpan now = engine.Time.GetElapsedTime(origin);
            windowBytes += bytes;
            if (now - windowBegan >= Window)
            {
                AdjustUnsynchronized(now);
            }

            double rate = Math.Min(
                guardRate, options.BandwidthLimit == 0 ? double.PositiveInfinity : options.BandwidthLimit);
            TimeSpan begin = next > now ? next : now;
            next = begin + TimeSpan.FromMilliseconds(slowMs) + TimeSpan.FromSeconds(bytes / rate);
            return begin - now + TimeSpan.FromMilliseconds(slowMs);
        }
    }

    private void AdjustUnsynchronized(TimeSpan now)
    {
        VolumeStatistics seen = statistics();
        long operations = seen.Reads.Operations - windowBefore.Reads.Operations
            + seen.Writes.Operations - windowBefore.Writes.Operations;
        TimeSpan time = seen.Reads.Time - windowBefore.Reads.Time + seen.Writes.Time - windowBefore.Writes.Time;
        if (operations == 0 || options.LatencyTarget == TimeSpan.Zero)
        {
            guardRate = double.PositiveInfinity;
        }
        else if (time / operations > options.LatencyTarget)
        {
            double measured = windowBytes / (now - windowBegan).TotalSeconds;
            guardRate = Math.Max(options.MinimumRate, Math.Min(guardRate, measured) * 2 / 3);
        }
        else
        {
            guardRate *= 1.25;
        }

        windowBegan = now;
        windowBefore = seen;
        windowBytes = 0;
    }
}
