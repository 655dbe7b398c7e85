using VolMgr.Arrays.Performance;

namespace VolMgr.Arrays;

/// <summary>What thin LUNs do that need space of a full pool.</summary>
public enum PoolFullBehaviour
{
    /// <summary>Writes that need space fail; everything else goes on.</summary>
    Fail = 1,

    /// <summary>The LUN goes offline until the pool has space again.</summary>
    Offline = 2,
}

/// <summary>
/// A pool of an array. Its thin LUNs take space from it as they are written; the others have theirs from the start.
/// </summary>
public sealed record PoolTopology
{
    /// <summary>Name of the pool in its array.</summary>
    public required string Name { get; init; }

    /// <summary>Space in bytes; may be less than its LUNs promise.</summary>
    public required long Size { get; init; }

    /// <summary>Allocation unit in bytes: what one write takes at least. A power of two from 4 KiB.</summary>
    public long Unit { get; init; } = 16 * 1024;

    /// <summary>What happens to LUNs that need space when there is none.</summary>
    public PoolFullBehaviour WhenFull { get; init; } = PoolFullBehaviour.Fail;

    /// <summary>What all its LUNs share; null where that takes no time.</summary>
    public PerformanceModel? Performance { get; init; }
}
