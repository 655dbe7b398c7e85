using VolMgr.Arrays.Performance;

namespace VolMgr.Arrays;

/// <summary>One emulated disk array of a lab.</summary>
public sealed record ArrayTopology
{
    /// <summary>
    /// The lab's name of the array, such as emc0; also the folder of its LUNs. Hosts name it by themselves.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>How the array behaves: one of <see cref="ArrayKinds.Names"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Vendor identification of the standard INQUIRY data, at most 8 characters.</summary>
    public required string Vendor { get; init; }

    /// <summary>Product identification of the standard INQUIRY data, at most 16 characters.</summary>
    public required string Product { get; init; }

    /// <summary>Product revision of the standard INQUIRY data, at most 4 characters.</summary>
    public required string Revision { get; init; }

    /// <summary>Firmware version as the array's own tools show it; the revision where none is given.</summary>
    public string? Firmware { get; init; }

    /// <summary>Serial number of the cabinet.</summary>
    public required string Serial { get; init; }

    /// <summary>Number of front-end ports; ports are numbered from 1.</summary>
    public int PortCount { get; init; } = 2;

    /// <summary>How long its parts take; null where they take no time.</summary>
    public ArrayPerformance? Performance { get; init; }

    /// <summary>The pools of the array.</summary>
    public IReadOnlyList<PoolTopology> Pools { get; init; } = [];

    /// <summary>The LUNs of the array.</summary>
    public required IReadOnlyList<LunTopology> Luns { get; init; }
}
