namespace VolMgr.Arrays.Estates;

/// <summary>
/// Makes a lab of arrays one of hypervisors and domains: datastore `old` on the old array and `new` on the new one,
/// machine `web1` with a disk on each, in which the lab's host runs, and domain `ldg1` of `primary-a`, whose disk
/// `primary-b` exports too, and `primary-c` another LUN by the same path, if there is one. With three LUNs or more the
/// third of the old array is mapped to the machine.
/// </summary>
internal static class EstateTemplate
{
    private const string Hypervisor = "vm0";
    private const long Megabyte = 1 << 20;
    private const long MachineMemory = 64 * Megabyte;
    private const long DomainMemory = 16 * Megabyte;

    /// <summary>LUNs of the old array that it needs.</summary>
    public const int LeastLuns = 2;

    /// <summary>The lab with its estate; its one host becomes the guest.</summary>
    public static LabTopology Build(LabTopology lab)
    {
        ArrayTopology old = lab.Arrays[0];
        ArrayTopology target = lab.Arrays[1];
        LunTopology? mapped = old.Luns.Count > LeastLuns ? old.Luns[LeastLuns] : null;
        long size = Math.Max(8 * Megabyte, old.Luns[0].Size / 4 / Megabyte * Megabyte);
        return lab with
        {
            Arrays = [old, target, Files(size)],
            Hosts = [Guest(lab.Hosts[0], old, mapped)],
            Estate = new EstateTopology
            {
                Datastores = [Datastore("old", old.Luns[0]), Datastore("new", target.Luns[0])],
                Hypervisors = [new() { Name = "esx1", Memory = 1024 * Megabyte, Writable = ["old", "new"] }],
                Machines = [Machine(lab.Hosts[0].Name, mapped)],
                Controls =
                [
                    Control("primary-a", old.Luns[1].Name), Control("primary-b", old.Luns[1].Name),
                    .. target.Luns.Skip(1).Take(1).Select(lun => Control("primary-c", lun.Name)),
                ],
                Domains = [Domain()],
            },
        };
    }

    private static ArrayTopology Files(long size) => new()
    {
        Name = Hypervisor,
        Kind = "vmware",
        Vendor = "VMware",
        Product = "Virtual disk",
        Revision = "2.0",
        Serial = Hypervisor,
        Luns = [File(1, size, "old", "web1.vmdk"), File(2, size, "new", "web1_1.vmdk")],
    };

    private static LunTopology File(int number, long size, string datastore, string file) => new()
    {
        Name = $"{Hypervisor}/{number}",
        Number = number,
        Size = size,
        Serial = $"6000c29{number:x25}",
        ArrayVolumeId = "",
        Backing = new DatastorePlace(datastore, $"web1/{file}").Backing,
    };

    private static DatastoreTopology Datastore(string name, LunTopology lun) =>
        new() { Name = name, Luns = [lun.Name] };

    private static HostTopology Guest(HostTopology host, ArrayTopology old, LunTopology? mapped) => host with
    {
        Hbas =
        [
            new() { Controller = "c1", Targets = [new(Hypervisor, null)] },
            .. mapped is null
                ? Array.Empty<HbaTopology>()
                : [new() { Controller = "c2", Targets = [new(old.Name, null)] }],
        ],
        Unpresented = mapped is null
            ? [] : [.. old.Luns.Where(lun => lun != mapped).Select(lun => lun.Name)],
    };

    private static MachineTopology Machine(string guest, LunTopology? mapped) => new()
    {
        Name = "web1",
        Hypervisor = "esx1",
        Home = "old",
        Guest = guest,
        Memory = MachineMemory,
        DirtyRate = Megabyte,
        Files = MachineTopology.UsualFiles("web1", MachineMemory),
        Disks =
        [
            new() { Name = "scsi0:1", Lun = $"{Hypervisor}/1" },
            new() { Name = "scsi0:2", Lun = $"{Hypervisor}/2" },
            .. mapped is null
                ? Array.Empty<MachineDiskTopology>()
                : [new() { Name = "scsi0:3", Lun = mapped.Name, Kind = MachineDiskKind.PhysicalMapping }],
        ],
    };

    private static ControlDomainTopology Control(string name, string lun) => new()
    {
        Name = name,
        Memory = 1024 * Megabyte,
        Processors = 8,
        Switches = ["vsw0"],
        Volumes = [new("vds0", "vol0", "/dev/dsk/c0d1", lun)],
    };

    private static DomainTopology Domain() => new()
    {
        Name = "ldg1",
        Control = "primary-a",
        Memory = DomainMemory,
        DirtyRate = Megabyte,
        Switches = ["vsw0"],
        Disks = [new("vdisk0", "vds0", "vol0")],
    };
}
