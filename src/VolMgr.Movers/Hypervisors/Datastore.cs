namespace VolMgr.Movers.Hypervisors;

/// <summary>A file system of a hypervisor on LUNs of an array.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Array">The array that its LUNs are on.</param>
/// <param name="Capacity">Bytes.</param>
public sealed record Datastore(string Name, string Array, long Capacity)
{
    /// <summary>Bytes that are taken.</summary>
    public long Used { get; init; }

    /// <summary>Whether it is in maintenance mode.</summary>
    public bool IsInMaintenance { get; init; }

    /// <summary>Bytes of a file system block: moves between stores that differ cannot be left to the array.</summary>
    public long BlockSize { get; init; } = 1 << 20;

    /// <summary>Bytes that are free.</summary>
    public long Free => Capacity - Used;
}

/// <summary>A host that runs virtual machines.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FreeMemory">Bytes of memory that no machine has.</param>
public sealed record HypervisorHost(string Name, long FreeMemory)
{
    /// <summary>Datastores that it may write.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>Datastores that it may only read.</summary>
    public IReadOnlyList<string> ReadOnly { get; init; } = [];
}
