namespace VolMgr.Movers.Hypervisors;

/// <summary>What is behind a virtual disk.</summary>
public enum VirtualDiskKind
{
    /// <summary>A file on a datastore.</summary>
    Vmdk = 1,

    /// <summary>A LUN through a mapping file; the hypervisor stays between (virtual compatibility).</summary>
    VirtualMapping = 2,

    /// <summary>A LUN through a mapping file; SCSI commands go through (physical compatibility).</summary>
    PhysicalMapping = 3,
}

/// <summary>What becomes of writes to a virtual disk.</summary>
public enum VirtualDiskMode
{
    /// <summary>They stay; snapshots take the disk along.</summary>
    Persistent = 1,

    /// <summary>They stay; snapshots leave the disk out.</summary>
    IndependentPersistent = 2,

    /// <summary>They are dropped at power-off.</summary>
    IndependentNonPersistent = 3,
}

/// <summary>A disk of a virtual machine.</summary>
/// <param name="Name">Its name in the machine, such as <c>scsi0:1</c>.</param>
/// <param name="Datastore">Where its file, or the file that maps its LUN, is.</param>
/// <param name="File">The name of that file.</param>
/// <param name="Length">Bytes.</param>
public sealed record MachineDisk(string Name, string Datastore, string File, long Length)
{
    /// <summary>What is behind it.</summary>
    public VirtualDiskKind Kind { get; init; } = VirtualDiskKind.Vmdk;

    /// <summary>What becomes of writes.</summary>
    public VirtualDiskMode Mode { get; init; } = VirtualDiskMode.Persistent;

    /// <summary>Whether several machines may write it.</summary>
    public bool IsMultiWriter { get; init; }

    /// <summary>Whether a cluster agent detaches and attaches it (the disk agent of InfoScale).</summary>
    public bool IsAgentHeld { get; init; }

    /// <summary>The LUN behind a mapping; empty for a file.</summary>
    public string Lun { get; init; } = "";

    /// <summary>Datastore and file.</summary>
    public string Place => $"[{Datastore}] {File}";
}

/// <summary>A file of a machine's home directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Bytes.</param>
public sealed record HomeFile(string Name, long Length);

/// <summary>A virtual machine as its host records it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Host">Where it runs.</param>
/// <param name="Home">The datastore of its home directory.</param>
public sealed record VirtualMachine(string Name, string Host, string Home)
{
    /// <summary>Configuration, log, swap, snapshots.</summary>
    public IReadOnlyList<HomeFile> Files { get; init; } = [];

    /// <summary>Its disks.</summary>
    public IReadOnlyList<MachineDisk> Disks { get; init; } = [];

    /// <summary>Bytes of memory.</summary>
    public long Memory { get; init; } = 1L << 30;

    /// <summary>Bytes of memory that its programs write anew each second.</summary>
    public long MemoryDirtyRate { get; init; }

    /// <summary>Whether its virtual disks tell their UUID (disk.EnableUUID).</summary>
    public bool EnableUuid { get; init; }

    /// <summary>Whether a snapshot of it exists.</summary>
    public bool HasSnapshot => Files.Any(file => file.Name.EndsWith(".vmsn", StringComparison.Ordinal));

    /// <summary>The same machine with its home directory and disks of files elsewhere: of mappings only the mapping
    /// file moves.</summary>
    public VirtualMachine MovedTo(string datastore) => this with
    {
        Home = datastore,
        Disks = [.. Disks.Select(disk => disk with { Datastore = datastore })],
    };
}

/// <summary>Hosts, datastores and machines of one management server.</summary>
public sealed record HypervisorEstate
{
    /// <summary>Hosts by name.</summary>
    public IReadOnlyList<HypervisorHost> Hosts { get; init; } = [];

    /// <summary>Datastores by name.</summary>
    public IReadOnlyList<Datastore> Datastores { get; init; } = [];

    /// <summary>Machines by name.</summary>
    public IReadOnlyList<VirtualMachine> Machines { get; init; } = [];

    /// <summary>The host with that name, or null.</summary>
    public HypervisorHost? Host(string name) => Hosts.FirstOrDefault(host => host.Name == name);

    /// <summary>The datastore with that name, or null.</summary>
    public Datastore? Datastore(string name) => Datastores.FirstOrDefault(store => store.Name == name);

    /// <summary>The machine with that name, or null.</summary>
    public VirtualMachine? Machine(string name) => Machines.FirstOrDefault(machine => machine.Name == name);
}
