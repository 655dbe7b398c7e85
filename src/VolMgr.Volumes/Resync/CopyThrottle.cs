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

    /// <summary>Whom the copy favours.</summary>
    public CopyPolicy Policy { get; init; } = CopyPolicy.Application;

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
/// <para>With a target for the tail the guard looks at the share of reads and writes that are slower than the target
/// less the way to the volume and back (<see cref="CopyPolicy.TailAtVolume"/>). It begins at 512 MiB each second,
/// halves the rate where more than one in 200 is slow, and climbs slower once it has met the limit. One of few
/// operations is no share yet: beside few applications it judges the last 200 to 400 operations and not those of one
/// window.</para>
/// </remarks>
public sealed class CopyThrottle
{
    private const double FirstGuardedRate = 512 << 20;

    /// <summary>A step while applications do I/O: what they wait for where they meet the copy.</summary>
    private const long ConsiderateStep = 256 << 10;

    /// <summary>The share of the time that the copy works beside applications that keep it busy, and beside others.
    /// </summary>
    private const double BusyShare = 0.3;

    private const double LightShare = 0.85;

    /// <summary>Reads and writes that are under way at a time, on average, from which on applications are held for
    /// busy: they wait for the volume, not the volume for them.</summary>
    private const double BusyDepth = 2;

    /// <summary>Reads and writes of which one may be slow.</summary>
    private const long FewestJudged = 200;

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
    private double secondsPerByte;
    private double share = 1;
    private long judged;
    private long judgedSlow;
    private bool hasMetLimit;
    private bool seesApplication;

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
        guardRate = options.Policy.TailTarget > TimeSpan.Zero ? FirstGuardedRate : double.PositiveInfinity;
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

    /// <summary>Whether applications did I/O lately.</summary>
    public bool SeesApplication => Volatile.Read(ref seesApplication);

    /// <summary>A step has taken so long: what the copy is worth of when it may take a share of the time.</summary>
    public void Took(long bytes, TimeSpan time)
    {
        if (bytes <= 0)
        {
            return;
        }

        double each = time.TotalSeconds / bytes;
        lock (sync)
        {
            secondsPerByte = secondsPerByte == 0 ? each : (secondsPerByte * 0.9) + (each * 0.1);
        }
    }

    /// <summary>The longest step that may be taken at a time now.</summary>
    public long LimitStep(long step) =>
        SeesApplication && !options.Policy.IsFullSpeed ? Math.Min(step, ConsiderateStep) : step;

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
                Math.Min(guardRate, ShareRateUnsynchronized()),
                options.BandwidthLimit == 0 ? double.PositiveInfinity : options.BandwidthLimit);
            TimeSpan begin = next > now ? next : now;
            next = begin + TimeSpan.FromMilliseconds(slowMs) + TimeSpan.FromSeconds(bytes / rate);
            return begin - now + TimeSpan.FromMilliseconds(slowMs);
        }
    }

    /// <summary>While applications do I/O: one step after the other, with a rest after each.</summary>
    private double ShareRateUnsynchronized() =>
        seesApplication && !options.Policy.IsFullSpeed && secondsPerByte > 0
            ? Math.Max(options.MinimumRate, share / secondsPerByte)
            : double.PositiveInfinity;

    private void AdjustUnsynchronized(TimeSpan now)
    {
        VolumeStatistics seen = statistics();
        long operations = seen.Reads.Operations - windowBefore.Reads.Operations
            + seen.Writes.Operations - windowBefore.Writes.Operations;
        Volatile.Write(ref seesApplication, operations > 0);
        TimeSpan time = seen.Reads.Time - windowBefore.Reads.Time + seen.Writes.Time - windowBefore.Writes.Time;
        share = time < (now - windowBegan) * BusyDepth ? LightShare : BusyShare;
        double measured = windowBytes / (now - windowBegan).TotalSeconds;
        if (options.Policy.TailTarget > TimeSpan.Zero)
        {
            long slow = seen.Reads.Slow + seen.Writes.Slow - windowBefore.Reads.Slow - windowBefore.Writes.Slow;
            GuardTailUnsynchronized(operations, slow, measured);
        }
        else if (operations == 0 || options.LatencyTarget == TimeSpan.Zero || options.Policy.IsFullSpeed)
        {
            guardRate = double.PositiveInfinity;
        }
        else if (time / operations > options.LatencyTarget)
        {
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

    private void GuardTailUnsynchronized(long operations, long slow, double measured)
    {
        judged += operations;
        judgedSlow += slow;
        if ((judgedSlow - 1) * FewestJudged > judged)
        {
            hasMetLimit = true;
            (judged, judgedSlow) = (0, 0);
            guardRate = Math.Max(options.MinimumRate, Math.Min(guardRate, measured) / 2);
        }
        else
        {
            guardRate *= hasMetLimit ? 1.1 : 1.25;
            (judged, judgedSlow) = judged >= 2 * FewestJudged ? (judged / 2, judgedSlow / 2) : (judged, judgedSlow);
        }
    }
}
