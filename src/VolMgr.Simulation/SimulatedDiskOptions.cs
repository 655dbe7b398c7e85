namespace VolMgr.Simulation;

/// <summary>How a simulated disk behaves.</summary>
public sealed record SimulatedDiskOptions
{
    /// <summary>Name in messages.</summary>
    public string Name { get; init; } = "disk";

    /// <summary>Probability that an operation completes inline, without time, as the page cache does.</summary>
    public double InlineRate { get; init; } = 0.5;

    /// <summary>Shortest time of an operation that is not inline.</summary>
    public TimeSpan MinimumLatency { get; init; } = TimeSpan.FromMicroseconds(50);

    /// <summary>Longest time of an operation that is not inline; a flush takes up to ten times that.</summary>
    public TimeSpan MaximumLatency { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Probability that a transfer of several sectors that is not inline happens in two parts with time between them,
    /// so that others see, and a loss of power leaves, a torn one.
    /// </summary>
    public double SplitRate { get; init; } = 0.2;

    /// <summary>
    /// Sectors that were never written hold seeded garbage and count as data, as on a LUN that somebody else has used.
    /// </summary>
    public bool IsPoisoned { get; init; }

    /// <summary>
    /// Bytes a second over the link that all reads and writes of the disk share, one after the other; zero for no
    /// limit. With a limit no transfer is inline.
    /// </summary>
    public long BytesPerSecond { get; init; }
}
