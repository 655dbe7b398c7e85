using VolMgr.Arrays.Performance;

namespace VolMgr.Arrays;

/// <summary>One logical unit of an array.</summary>
public sealed record LunTopology
{
    /// <summary>Full name in the lab: array, slash, name in the array, such as emc0/01f4.</summary>
    public required string Name { get; init; }

    /// <summary>The SCSI logical unit number, unique in the array.</summary>
    public required int Number { get; init; }

    /// <summary>Size in bytes, a positive multiple of 512.</summary>
    public required long Size { get; init; }

    /// <summary>Serial number of the LUN; empty for a device that reports none.</summary>
    public required string Serial { get; init; }

    /// <summary>The array's own id of the LUN as its ASL shows it, such as 01f4; empty where there is none.</summary>
    public required string ArrayVolumeId { get; init; }

    /// <summary>Where the bytes are: a path relative to the lab's directory, or a URI.</summary>
    public required string Backing { get; init; }

    /// <summary>The pool that its space comes from; empty where space never ends.</summary>
    public string Pool { get; init; } = "";

    /// <summary>Whether the array allocates space on the first write and takes it back on unmap.</summary>
    public bool IsThin { get; init; }

    /// <summary>How long it takes; null where the array says so for all its LUNs, or not at all.</summary>
    public PerformanceModel? Performance { get; init; }
}
