namespace VolMgr.Arrays;

/// <summary>A pool of an array, from which its thin LUNs take space as they are written.</summary>
public sealed record PoolTopology
{
    /// <summary>Name of the pool in its array.</summary>
    public required string Name { get; init; }

    /// <summary>Space in bytes; may be less than its LUNs promise.</summary>
    public required long Size { get; init; }

    /// <summary>Allocation unit in bytes: what one write takes at least. A power of two from 4 KiB.</summary>
    public long Unit { get; init; } = 16 * 1024;
}
