namespace VolMgr.Arrays.Estates;

/// <summary>What a logical domain is doing.</summary>
public enum DomainCondition
{
    /// <summary>It runs.</summary>
    Active = 1,

    /// <summary>It has its resources and does not run.</summary>
    Bound = 2,

    /// <summary>It is configured and has no resources.</summary>
    Inactive = 3,
}

/// <summary>A volume of a virtual disk service: a path that leads to a LUN.</summary>
/// <param name="Service">The service.</param>
/// <param name="Name">The volume's name.</param>
/// <param name="Path">The path in the control domain.</param>
/// <param name="Lun">Full name of the LUN that is there.</param>
public sealed record ServiceVolumeTopology(string Service, string Name, string Path, string Lun);

/// <summary>A control domain.</summary>
public sealed record ControlDomainTopology
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes of memory that it can give to domains.</summary>
    public required long Memory { get; init; }

    /// <summary>Virtual processors that it can give to domains.</summary>
    public required int Processors { get; init; }

    /// <summary>The kind of its processors.</summary>
    public string ProcessorKind { get; init; } = "sun4v";

    /// <summary>The cluster that it is a node of; empty for none.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Its virtual switches.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>What its virtual disk services export.</summary>
    public IReadOnlyList<ServiceVolumeTopology> Volumes { get; init; } = [];

    /// <summary>The volume of a service, or null.</summary>
    public ServiceVolumeTopology? Find(string service, string volume) =>
        Volumes.FirstOrDefault(each => each.Service == service && each.Name == volume);
}

/// <summary>A virtual disk of a domain.</summary>
/// <param name="Name">Its name in the domain.</param>
/// <param name="Service">The virtual disk service.</param>
/// <param name="Volume">The service's volume.</param>
public sealed record DomainDiskTopology(string Name, string Service, string Volume);

/// <summary>A logical domain.</summary>
public sealed record DomainTopology
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The control domain that has it.</summary>
    public required string Control { get; init; }

    /// <summary>What it is doing.</summary>
    public DomainCondition State { get; init; } = DomainCondition.Active;

    /// <summary>Bytes of memory.</summary>
    public required long Memory { get; init; }

    /// <summary>Bytes of memory that its programs write anew each second.</summary>
    public long DirtyRate { get; init; }

    /// <summary>Virtual processors.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>The virtual switches that its networks are on.</summary>
    public IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>The cluster whose shared storage it is on; empty for none.</summary>
    public string ClusterStorage { get; init; } = "";

    /// <summary>Its disks.</summary>
    public IReadOnlyList<DomainDiskTopology> Disks { get; init; } = [];
}
