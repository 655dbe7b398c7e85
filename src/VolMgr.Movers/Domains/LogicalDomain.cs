namespace VolMgr.Movers.Domains;

/// <summary>What a logical domain is doing.</summary>
public enum DomainState
{
    /// <summary>It runs.</summary>
    Active = 1,

    /// <summary>It has its resources and does not run.</summary>
    Bound = 2,

    /// <summary>It is configured and has no resources.</summary>
    Inactive = 3,
}

/// <summary>A virtual disk of a domain: a volume of a virtual disk service.</summary>
/// <param name="Name">Its name in the domain.</param>
/// <param name="Service">The virtual disk service.</param>
/// <param name="Volume">The service's volume.</param>
public sealed record DomainDisk(string Name, string Service, string Volume);

/// <summary>A logical domain.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Memory">Bytes.</param>
public sealed record LogicalDomain(string Name, DomainState State, long Memory)
{
    /// <summary>Virtual processors.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>Its disks.</summary>
    public IReadOnlyList<DomainDisk> Disks { get; init; } = [];

    /// <summary>Virtual switches that its networks are on.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>The cluster whose shared storage it is on; empty for none.</summary>
    public string ClusterStorage { get; init; } = "";
}

/// <summary>What a path of a control domain leads to.</summary>
/// <param name="Path">The path that a service exports.</param>
/// <param name="Udid">The unique disk identifier of what is there.</param>
public sealed record BackEnd(string Path, string Udid);

/// <summary>A control domain with its services and what it can give to a domain.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FreeMemory">Bytes.</param>
/// <param name="FreeProcessors">Virtual processors.</param>
public sealed record ControlDomain(string Name, long FreeMemory, int FreeProcessors)
{
    /// <summary>The processors' kind, which a running domain cannot change.</summary>
    public string Processor { get; init; } = "sun4v";

    /// <summary>The cluster that it is a node of; empty for none.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Virtual switches.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>Names of domains that it has.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>What each volume of each virtual disk service exports, by <c>SERVICE/VOLUME</c>.</summary>
    public IReadOnlyDictionary<string, BackEnd> Exports { get; init; } = new Dictionary<string, BackEnd>();

    /// <summary>What a disk of a domain leads to here, or null.</summary>
    public BackEnd? Find(DomainDisk disk) => Exports.GetValueOrDefault($"{disk.Service}/{disk.Volume}");
}
