namespace VolMgr.Arrays.Estates;

/// <summary>What is virtual in a lab: hypervisors with datastores and machines, control domains with domains.</summary>
public sealed record EstateTopology
{
    /// <summary>Hypervisor hosts.</summary>
    public IReadOnlyList<HypervisorTopology> Hypervisors { get; init; } = [];

    /// <summary>Datastores.</summary>
    public IReadOnlyList<DatastoreTopology> Datastores { get; init; } = [];

    /// <summary>Virtual machines.</summary>
    public IReadOnlyList<MachineTopology> Machines { get; init; } = [];

    /// <summary>Control domains.</summary>
    public IReadOnlyList<ControlDomainTopology> Controls { get; init; } = [];

    /// <summary>Logical domains.</summary>
    public IReadOnlyList<DomainTopology> Domains { get; init; } = [];

    /// <summary>Whether there is nothing virtual.</summary>
    public bool IsEmpty => Hypervisors.Count + Datastores.Count + Machines.Count + Controls.Count + Domains.Count == 0;

    /// <summary>The machine of that name, or null.</summary>
    public MachineTopology? Machine(string name) => Machines.FirstOrDefault(each => each.Name == name);

    /// <summary>The domain of that name, or null.</summary>
    public DomainTopology? Domain(string name) => Domains.FirstOrDefault(each => each.Name == name);

    /// <summary>The control domain of that name, or null.</summary>
    public ControlDomainTopology? Control(string name) => Controls.FirstOrDefault(each => each.Name == name);
}

/// <summary>The place of a file on a datastore: <c>datastores/STORE/MACHINE/FILE</c>.</summary>
/// <param name="Store">The datastore.</param>
/// <param name="File">Folder and name in it, such as <c>web1/web1.vmdk</c>.</param>
public readonly record struct DatastorePlace(string Store, string File)
{
    /// <summary>The path under the lab.</summary>
    public string Backing => $"{DatastoreTopology.Folder}/{Store}/{File}";

    /// <summary>The place that a backing says; null when it says none.</summary>
    public static DatastorePlace? Of(string backing) =>
        backing.Split('/') is [DatastoreTopology.Folder, var store, var machine, var file]
            ? new DatastorePlace(store, $"{machine}/{file}")
            : null;

    /// <inheritdoc/>
    public override string ToString() => $"[{Store}] {File}";
}
