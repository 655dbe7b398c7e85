using VolMgr.Arrays;
using VolMgr.Arrays.Estates;

namespace VolMgr.Cli.Labs;

/// <summary>What is virtual in a lab, in words, for <c>volmgr lab show</c>.</summary>
internal static class EstateDescription
{
    /// <summary>Writes datastores, hypervisors, machines, control domains and domains.</summary>
    public static void Write(LabTopology topology, TextWriter output)
    {
        EstateTopology estate = topology.Estate;
        output.Write(estate.IsEmpty ? "" : "\n");
        foreach (DatastoreTopology store in estate.Datastores)
        {
            long capacity = store.Luns.Sum(lun => topology.FindLun(lun)?.Size ?? 0);
            output.WriteLine($"datastore {store.Name}: {LabDescription.Size(capacity)} on "
                + $"{string.Join(", ", store.Luns)}{(store.IsInMaintenance ? ", in maintenance mode" : "")}");
        }

        foreach (HypervisorTopology host in estate.Hypervisors)
        {
            string reads = host.ReadOnly.Count > 0 ? $", reads {string.Join(", ", host.ReadOnly)}" : "";
            output.WriteLine($"hypervisor {host.Name}: {LabDescription.Size(host.Memory)} of memory, writes "
                + $"{(host.Writable.Count > 0 ? string.Join(", ", host.Writable) : "no datastore")}{reads}");
        }

        foreach (MachineTopology machine in estate.Machines)
        {
            WriteMachine(topology, machine, output);
        }

        foreach (ControlDomainTopology control in estate.Controls)
        {
            output.WriteLine($"control domain {control.Name}: {LabDescription.Size(control.Memory)}, "
                + $"{control.Processors} processors ({control.ProcessorKind})"
                + (control.Cluster.Length > 0 ? $", node of cluster {control.Cluster}" : ""));
            foreach (ServiceVolumeTopology volume in control.Volumes)
            {
                output.WriteLine($"  {volume.Service}/{volume.Name}  {volume.Path} -> {volume.Lun}");
            }
        }

        foreach (DomainTopology domain in estate.Domains)
        {
            output.WriteLine($"domain {domain.Name}: {domain.State.ToString().ToLowerInvariant()} on {domain.Control}, "
                + $"{LabDescription.Size(domain.Memory)}, {domain.Processors} processors");
            foreach (DomainDiskTopology disk in domain.Disks)
            {
                output.WriteLine($"  {disk.Name}  {disk.Service}/{disk.Volume}");
            }
        }
    }

    /// <summary>Writes one machine with its disks.</summary>
    public static void WriteMachine(LabTopology topology, MachineTopology machine, TextWriter output)
    {
        string guest = machine.Guest.Length > 0 ? $", host {machine.Guest} runs in it" : "";
        string dirty = machine.DirtyRate > 0 ? $" ({LabDescription.Size(machine.DirtyRate)}/s written anew)" : "";
        bool hasUuid = topology.FindHost(machine.Guest)?.EnablesDiskUuid ?? machine.EnablesDiskUuid;
        output.WriteLine($"machine {machine.Name}: on {machine.Hypervisor}, home [{machine.Home}] {machine.Name}, "
            + $"{LabDescription.Size(machine.Memory)}{dirty}, disk.EnableUUID {(hasUuid ? "on" : "off")}{guest}");
        foreach (MachineFileTopology file in machine.Files)
        {
            output.WriteLine($"  {file.Name,-16} {LabDescription.Size(file.Size),10}");
        }

        foreach (MachineDiskTopology disk in machine.Disks)
        {
            string[] notes =
            [
                .. disk.Kind switch
                {
                    MachineDiskKind.Vmdk => (string[])[],
                    MachineDiskKind.VirtualMapping => ["virtual mapping"],
                    MachineDiskKind.PhysicalMapping => ["physical mapping"],
                },
                .. disk.Mode switch
                {
                    MachineDiskMode.Persistent => (string[])[],
                    MachineDiskMode.IndependentPersistent => ["independent"],
                    MachineDiskMode.IndependentNonPersistent => ["independent, non-persistent"],
                },
                .. disk.IsMultiWriter ? (string[])["multi-writer"] : [],
                .. disk.IsAgentHeld ? (string[])["held by the disk agent"] : [],
            ];
            output.WriteLine($"  {disk.Name,-16} {LabDescription.Size(topology.FindLun(disk.Lun)?.Size ?? 0),10}  "
                + $"{disk.Lun}  {EstateFiles.PlaceOf(topology, machine, disk)}"
                + (notes.Length > 0 ? $"  {string.Join(", ", notes)}" : ""));
        }
    }
}
