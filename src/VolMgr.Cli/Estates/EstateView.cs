using VolMgr.Arrays;
using VolMgr.Arrays.Estates;
using VolMgr.Cli.Labs;
using VolMgr.Movers.Hypervisors;

namespace VolMgr.Cli.Estates;

/// <summary>The machines of a lab as the movers know them.</summary>
internal static class EstateView
{
    /// <summary>Hosts, datastores with what is free there, machines.</summary>
    /// <param name="topology">The lab.</param>
    /// <param name="locks">The hypervisor's locks: a disk may be attached with the multi-writer flag.</param>
    public static HypervisorEstate Of(LabTopology topology, VirtualDisks locks)
    {
        VirtualMachine[] machines =
            [.. topology.Estate.Machines.Select(machine => Machine(topology, machine, locks))];
        return new HypervisorEstate
        {
            Machines = machines,
            Hosts = [.. topology.Estate.Hypervisors.Select(host => new HypervisorHost(
                host.Name, host.Memory - machines.Where(each => each.Host == host.Name).Sum(each => each.Memory))
            {
                Writable = host.Writable,
                ReadOnly = host.ReadOnly,
            })],
            Datastores = [.. topology.Estate.Datastores.Select(store => new Datastore(
                store.Name, store.Luns[0].Split('/')[0], store.Luns.Sum(lun => topology.FindLun(lun)?.Size ?? 0))
            {
                BlockSize = store.BlockSize,
                IsInMaintenance = store.IsInMaintenance,
                Used = machines.Sum(machine => UsedBy(machine, store.Name)),
            })],
        };
    }

    private static VirtualMachine Machine(LabTopology topology, MachineTopology machine, VirtualDisks locks) =>
        new(machine.Name, machine.Hypervisor, machine.Home)
        {
            Memory = machine.Memory,
            MemoryDirtyRate = machine.DirtyRate,
            EnableUuid = topology.FindHost(machine.Guest)?.EnablesDiskUuid ?? machine.EnablesDiskUuid,
            Files =
            [
                .. machine.Files.Select(file => new HomeFile($"{machine.Name}/{file.Name}", file.Size)),
                .. machine.Disks.Where(disk => disk.Kind != MachineDiskKind.Vmdk)
                    .Select(disk => new HomeFile(EstateFiles.MappingFile(machine, disk), EstateFiles.MappingSize)),
            ],
            Disks = [.. machine.Disks.Select(disk => Disk(topology, machine, disk, locks))],
        };

    private static MachineDisk Disk(
        LabTopology topology, MachineTopology machine, MachineDiskTopology disk, VirtualDisks locks)
    {
        DatastorePlace place = EstateFiles.PlaceOf(topology, machine, disk);
        return new MachineDisk(disk.Name, place.Store, place.File, topology.FindLun(disk.Lun)?.Size ?? 0)
        {
            Lun = disk.Lun,
            IsAgentHeld = disk.IsAgentHeld,
            IsMultiWriter = disk.IsMultiWriter || locks.IsShared(disk.Lun),
            Kind = disk.Kind switch
            {
                MachineDiskKind.Vmdk => VirtualDiskKind.Vmdk,
                MachineDiskKind.VirtualMapping => VirtualDiskKind.VirtualMapping,
                MachineDiskKind.PhysicalMapping => VirtualDiskKind.PhysicalMapping,
            },
            Mode = disk.Mode switch
            {
                MachineDiskMode.Persistent => VirtualDiskMode.Persistent,
                MachineDiskMode.IndependentPersistent => VirtualDiskMode.IndependentPersistent,
                MachineDiskMode.IndependentNonPersistent => VirtualDiskMode.IndependentNonPersistent,
            },
        };
    }

    private static long UsedBy(VirtualMachine machine, string store) =>
        (machine.Home == store ? machine.Files.Sum(file => file.Length) : 0)
        + machine.Disks.Where(disk => disk.Datastore == store && StorageMotionRules.MovesData(disk))
            .Sum(disk => disk.Length);
}
