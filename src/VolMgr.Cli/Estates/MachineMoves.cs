using VolMgr.Arrays;
using VolMgr.Arrays.Estates;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;
using VolMgr.Nbd.Server;

namespace VolMgr.Cli.Estates;

/// <summary>
/// The hypervisors of a lab that is up: what stands against a Storage vMotion, and carrying it out under whoever uses
/// the disks. lab.yaml is the record of where machines are.
/// </summary>
internal sealed class MachineMoves(LabPaths lab, LabHosts hosts, LabEstate estate, EngineServices engine)
    : IMachineRecords
{
    private const string ExportFolder = "vm";

    private readonly MotionSlots slots = new();

    /// <summary>The names of all disks that NBD clients can open: <c>vm/MACHINE/DISK</c>.</summary>
    public IEnumerable<NbdExportName> Exports => hosts.Topology.Estate.Machines.SelectMany(machine => machine.Disks
        .Where(disk => disk.Kind == MachineDiskKind.Vmdk)
        .Select(disk => new NbdExportName(
            $"{ExportFolder}/{machine.Name}/{disk.Name}", $"virtual disk {disk.Lun} of machine {machine.Name}")));

    /// <summary>The machines as the movers know them.</summary>
    public HypervisorEstate View()
    {
        VirtualDisks locks = new();
        locks.Load(File.Exists(lab.VirtualMachinesFile) ? File.ReadAllText(lab.VirtualMachinesFile) : "");
        return EstateView.Of(hosts.Topology, locks);
    }

    /// <summary>Opens a disk for one NBD client; null for a name that is none.</summary>
    public NbdExport? Open(string name) =>
        name.Split('/') is [ExportFolder, var machine, var disk]
        && hosts.Topology.Estate.Machine(machine)?.Disks.FirstOrDefault(each => each.Name == disk) is { } found
        && hosts.Topology.FindLun(found.Lun) is { } lun && estate.Disks.OnDatastore(lun) is { } live
            ? new NbdExport
            {
                Name = name,
                Description = $"virtual disk {found.Lun} of machine {machine}",
                Device = new SharedDevice(live.Volume),
            }
            : null;

    /// <summary>Moves a machine to another datastore.</summary>
    public Task<MoveReport> MigrateAsync(
        string name, string to, StorageMotionOptions options, CancellationToken interrupted) =>
        estate.RunAsync(name, $"datastore {to}", async stopping =>
        {
            HypervisorEstate view = View();
            Dictionary<string, GuestDisk> disks = new(StringComparer.Ordinal);
            foreach (MachineDisk disk in view.Machine(name)?.Disks.Where(StorageMotionRules.MovesData) ?? [])
            {
                disks[disk.Name] = hosts.Topology.FindLun(disk.Lun) is { } lun
                    ? estate.Disks.OnDatastore(lun) ?? throw UserErrorException.Refused(
                        $"{name}: the file of disk {disk.Name}, {disk.Place}, is missing; put it back, or 'volmgr lab "
                        + "reset' to start empty")
                    : throw UserErrorException.Refused($"{name}: disk {disk.Name} has no LUN {disk.Lun}");
            }

            var running = new RunningMachine(view.Machine(name) ?? new VirtualMachine(name, "", ""), disks);
            OwnerLog.Write($"machine {name} is moved to datastore {to}");
            MoveReport report = await new StorageMotion(view, estate.Disks, this, slots, engine)
                .RunAsync(running, to, options with { Cancel = stopping });
            OwnerLog.Write($"machine {name}: {report.Result.ToString().ToLowerInvariant()} {report.Reason}");
            if (report.Result == MoveResult.Moved)
            {
                await hosts.ChangeTopologyAsync(topology => topology); // hosts that are up learn the new backings
            }

            return report;
        }, interrupted);

    /// <inheritdoc/>
    public async ValueTask<bool> RecordAsync(VirtualMachine machine)
    {
        try
        {
            await engine.RunBlockingAsync(() => hosts.Record(topology => At(topology, machine)));
            return true;
        }
        catch (UserErrorException error)
        {
            OwnerLog.Write($"machine {machine.Name}: {error.Message}");
            return false;
        }
    }

    /// <summary>The lab with a machine's home directory and disks where its record says.</summary>
    private static LabTopology At(LabTopology topology, VirtualMachine machine)
    {
        Dictionary<string, string> backings = machine.Disks.Where(StorageMotionRules.MovesData).ToDictionary(
            disk => disk.Lun, disk => new DatastorePlace(disk.Datastore, disk.File).Backing, StringComparer.Ordinal);
        return topology with
        {
            Arrays = [.. topology.Arrays.Select(array => array with
            {
                Luns = [.. array.Luns.Select(lun => backings.TryGetValue(lun.Name, out string? backing)
                    ? lun with { Backing = backing } : lun)],
            })],
            Estate = topology.Estate with
            {
                Machines = [.. topology.Estate.Machines.Select(each =>
                    each.Name == machine.Name ? each with { Home = machine.Home } : each)],
            },
        };
    }
}
