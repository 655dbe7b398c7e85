namespace VolMgr.Arrays.Estates;

/// <summary>What is behind a disk of a virtual machine.</summary>
public enum MachineDiskKind
{
    /// <summary>A file on a datastore: a LUN of kind vmware.</summary>
    Vmdk = 1,

    /// <summary>A LUN of an array through a mapping file, virtual compatibility.</summary>
    VirtualMapping = 2,

    /// <summary>A LUN of an array through a mapping file, physical compatibility.</summary>
    PhysicalMapping = 3,
}

/// <summary>What becomes of writes to a disk of a virtual machine.</summary>
public enum MachineDiskMode
{
    /// <summary>They stay; snapshots take the disk along.</summary>
    Persistent = 1,

    /// <summary>They stay; snapshots leave the disk out.</summary>
    IndependentPersistent = 2,

    /// <summary>They are dropped at power-off.</summary>
    IndependentNonPersistent = 3,
}

/// <summary>A hypervisor host.</summary>
public sealed record HypervisorTopology
{
    /// <summary>Its name, such as esx1.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes of memory.</summary>
    public required long Memory { get; init; }

    /// <summary>Datastores that it may write.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>Datastores that it may only read.</summary>
    public IReadOnlyList<string> ReadOnly { get; init; } = [];
}

/// <summary>A file system of hypervisors on LUNs of arrays; its files are in the folder datastores/NAME.</summary>
public sealed record DatastoreTopology
{
    /// <summary>The folder, under the lab, that datastores are in.</summary>
    public const string Folder = "datastores";

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Full names of the LUNs that it lies on: what they hold together is its capacity.</summary>
    public required IReadOnlyList<string> Luns { get; init; }

    /// <summary>Bytes of a block: an array copies for the hypervisor only between equal ones.</summary>
    public long BlockSize { get; init; } = 1 << 20;

    /// <summary>Whether it is in maintenance mode.</summary>
    public bool IsInMaintenance { get; init; }
}

/// <summary>A file of a machine's home directory: configuration, log, swap, snapshot.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes.</param>
public sealed record MachineFileTopology(string Name, long Size);

/// <summary>A disk of a virtual machine.</summary>
public sealed record MachineDiskTopology
{
    /// <summary>Its name in the machine, such as scsi0:1.</summary>
    public required string Name { get; init; }

    /// <summary>Full name of the LUN: of kind vmware for a file, whose place is the LUN's backing; else of an
    /// array.</summary>
    public required string Lun { get; init; }

    /// <summary>What is behind it.</summary>
    public MachineDiskKind Kind { get; init; } = MachineDiskKind.Vmdk;

    /// <summary>What becomes of writes.</summary>
    public MachineDiskMode Mode { get; init; } = MachineDiskMode.Persistent;

    /// <summary>The multi-writer flag.</summary>
    public bool IsMultiWriter { get; init; }

    /// <summary>Whether the disk agent of a cluster attaches and detaches it.</summary>
    public bool IsAgentHeld { get; init; }
}

/// <summary>A virtual machine.</summary>
public sealed record MachineTopology
{
    /// <summary>Its name; also that of its folder in a datastore.</summary>
    public required string Name { get; init; }

    /// <summary>The hypervisor host that it runs on.</summary>
    public required string Hypervisor { get; init; }

    /// <summary>The datastore of its home directory, mapping files included.</summary>
    public required string Home { get; init; }

    /// <summary>The host of the lab that runs in it; empty for one known from outside only.</summary>
    public string Guest { get; init; } = "";

    /// <summary>Bytes of memory.</summary>
    public required long Memory { get; init; }

    /// <summary>Bytes of memory that its programs write anew each second.</summary>
    public long DirtyRate { get; init; }

    /// <summary>disk.EnableUUID; of a machine with a guest, the guest host has it.</summary>
    public bool EnablesDiskUuid { get; init; } = true;

    /// <summary>The files of its home directory.</summary>
    public required IReadOnlyList<MachineFileTopology> Files { get; init; }

    /// <summary>Its disks.</summary>
    public IReadOnlyList<MachineDiskTopology> Disks { get; init; } = [];

    /// <summary>The files of a home directory that is not said to have others.</summary>
    public static IReadOnlyList<MachineFileTopology> UsualFiles(string name, long memory) =>
        [new($"{name}.vmx", 4096), new("vmware.log", 64 << 10), new($"{name}.vswp", memory)];
}
