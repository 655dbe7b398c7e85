namespace VolMgr.Arrays.Performance;

/// <summary>
/// What one part of an array (a port, the array's back end, a pool, a LUN) takes of time. All zero: nothing.
/// </summary>
public sealed record PerformanceModel
{
    /// <summary>Fixed time of a read that meets no other; it does not depend on the place.</summary>
    public TimeSpan Read { get; init; }

    /// <summary>Fixed time of a write, zero or discard.</summary>
    public TimeSpan Write { get; init; }

    /// <summary>Fixed time of a flush: none as a rule, for an array's cache survives a loss of power.</summary>
    public TimeSpan Flush { get; init; }

    /// <summary>Bytes a second that pass at most; zero for no limit.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Operations a second that pass at most; zero for no limit.</summary>
    public long OperationsPerSecond { get; init; }

    /// <summary>Operations that a LUN works on at once; the next ones wait in order. Zero for no limit.</summary>
    public int QueueDepth { get; init; }
}

/// <summary>The models that an array says for all its parts of a kind.</summary>
public sealed record ArrayPerformance
{
    /// <summary>Each port. Its bandwidth is there once for each direction, as on a full-duplex link.</summary>
    public PerformanceModel? Port { get; init; }

    /// <summary>The array as a whole: what all its LUNs share behind the ports.</summary>
    public PerformanceModel? Array { get; init; }

    /// <summary>Each LUN that has no model of its own.</summary>
    public PerformanceModel? Lun { get; init; }
}
