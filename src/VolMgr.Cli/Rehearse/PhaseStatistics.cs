namespace VolMgr.Cli.Rehearse;

/// <summary>When an operation of the workload happened, seen from the migration.</summary>
internal enum WorkloadPhase
{
    /// <summary>Before the migration began.</summary>
    Before = 0,

    /// <summary>While it ran.</summary>
    During = 1,

    /// <summary>After it had finished.</summary>
    After = 2,
}

/// <summary>What the application felt in one phase on one volume. Thread-safe.</summary>
internal sealed class PhaseStatistics
{
    private readonly Lock gate = new();
    private readonly LatencyHistogram latency = new();
    private long lastCompletion;

    /// <summary>The longest time without a completed operation, microseconds.</summary>
    public long LongestGapUs { get; private set; }

    /// <summary>Operations completed.</summary>
    public long Operations
    {
        get
        {
            lock (gate)
            {
                return latency.Count;
            }
        }
    }

    /// <summary>Starts the clock of the gap at a moment given in microseconds.</summary>
    public void Begin(long nowUs)
    {
        lock (gate)
        {
            lastCompletion = nowUs;
        }
    }

    /// <summary>Records a completed operation.</summary>
    public void Record(long startedUs, long nowUs)
    {
        lock (gate)
        {
            latency.Record(nowUs - startedUs);
            LongestGapUs = Math.Max(LongestGapUs, nowUs - lastCompletion);
            lastCompletion = Math.Max(lastCompletion, nowUs);
        }
    }

    /// <summary>Adds the latencies to a total.</summary>
    public void AddTo(LatencyHistogram total)
    {
        lock (gate)
        {
            total.Merge(latency);
        }
    }
}
