using VolMgr.Arrays;
using VolMgr.Arrays.Estates;

namespace VolMgr.Cli.Labs;

/// <summary>Where the files of virtual machines are: under the lab's datastores.</summary>
internal static class EstateFiles
{
    /// <summary>Bytes of a mapping file.</summary>
    public const long MappingSize = 512;

    /// <summary>The files of all home directories; the disks of files are LUNs.</summary>
    public static IEnumerable<(string Path, long Size)> HomeFiles(LabPaths lab, LabTopology topology) =>
        topology.IsVirtual ? [] : topology.Estate.Machines.SelectMany(machine => machine.Files
            .Select(file => ($"{machine.Name}/{file.Name}", file.Size))
            .Concat(machine.Disks.Where(disk => disk.Kind != MachineDiskKind.Vmdk)
                .Select(disk => (MappingFile(machine, disk), MappingSize)))
            .Select(file => (
                Path.Combine(lab.Root, new DatastorePlace(machine.Home, file.Item1).Backing), file.Item2)));

    /// <summary>The file that maps a LUN: one sector in the home directory.</summary>
    public static string MappingFile(MachineTopology machine, MachineDiskTopology disk) =>
        $"{machine.Name}/{disk.Name.Replace(':', '_')}-rdm.vmdk";

    /// <summary>Where a disk of a machine is: of a mapping, where its mapping file is.</summary>
    public static DatastorePlace PlaceOf(LabTopology topology, MachineTopology machine, MachineDiskTopology disk) =>
        disk.Kind == MachineDiskKind.Vmdk && topology.FindLun(disk.Lun) is { } lun
            && DatastorePlace.Of(lun.Backing) is { } place
            ? place
            : new DatastorePlace(machine.Home, MappingFile(machine, disk));
}
