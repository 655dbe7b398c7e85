using System.Text;
using VolMgr.Arrays.Estates;

namespace VolMgr.Arrays.Topology;

/// <summary>Writes what is virtual in a topology; nothing where there is nothing.</summary>
internal sealed class EstateWriter(StringBuilder text, Func<string, string> quote)
{
    public void Write(EstateTopology estate)
    {
        Section("hypervisors", estate.Hypervisors, host =>
            text.Append($"  - {{ name: {quote(host.Name)}, memory: {SizeText.Format(host.Memory)}, ")
                .Append($"writable: {Words(host.Writable)}, readonly: {Words(host.ReadOnly)} }}\n"));
        Section("datastores", estate.Datastores, store =>
            text.Append($"  - {{ name: {quote(store.Name)}, luns: {Words(store.Luns)}, ")
                .Append($"block: {SizeText.Format(store.BlockSize)}")
                .Append(store.IsInMaintenance ? ", maintenance: true }\n" : " }\n"));
        Section("machines", estate.Machines, Append);
        Section("control_domains", estate.Controls, Append);
        Section("domains", estate.Domains, Append);
    }

    private void Section<T>(string name, IReadOnlyList<T> items, Action<T> append)
    {
        text.Append(items.Count == 0 ? "" : $"\n{name}:\n");
        foreach (T item in items)
        {
            append(item);
        }
    }

    private void Append(MachineTopology machine)
    {
        text.Append($"  - name: {quote(machine.Name)}\n    hypervisor: {quote(machine.Hypervisor)}\n");
        text.Append($"    home: {quote(machine.Home)}\n    memory: {SizeText.Format(machine.Memory)}\n");
        Optional("guest", machine.Guest);
        text.Append(machine.DirtyRate > 0 ? $"    dirty: {SizeText.Format(machine.DirtyRate)}\n" : "");
        text.Append(machine.EnablesDiskUuid ? "" : "    enable_uuid: false\n");
        text.Append("    files:\n");
        foreach (MachineFileTopology file in machine.Files)
        {
            text.Append($"      - {{ name: {quote(file.Name)}, size: {SizeText.Format(file.Size)} }}\n");
        }

        text.Append(machine.Disks.Count == 0 ? "" : "    disks:\n");
        foreach (MachineDiskTopology disk in machine.Disks)
        {
            text.Append($"      - {{ name: '{disk.Name}', lun: {quote(disk.Lun)}");
            text.Append($", kind: {EstateWords.Of(EstateWords.DiskKinds, disk.Kind)}");
            text.Append($", mode: {EstateWords.Of(EstateWords.DiskModes, disk.Mode)}");
            text.Append(disk.IsMultiWriter ? ", multi_writer: true" : "");
            text.Append(disk.IsAgentHeld ? ", agent: true }\n" : " }\n");
        }
    }

    private void Append(ControlDomainTopology control)
    {
        text.Append($"  - name: {quote(control.Name)}\n    memory: {SizeText.Format(control.Memory)}\n");
        text.Append($"    processors: {control.Processors}\n    processor: {quote(control.ProcessorKind)}\n");
        Optional("cluster", control.Cluster);
        text.Append($"    switches: {Words(control.Switches)}\n");
        text.Append(control.Volumes.Count == 0 ? "" : "    volumes:\n");
        foreach (ServiceVolumeTopology volume in control.Volumes)
        {
            text.Append($"      - {{ service: {quote(volume.Service)}, name: {quote(volume.Name)}, ");
            text.Append($"path: {quote(volume.Path)}, lun: {quote(volume.Lun)} }}\n");
        }
    }

    private void Append(DomainTopology domain)
    {
        text.Append($"  - name: {quote(domain.Name)}\n    control: {quote(domain.Control)}\n");
        text.Append($"    state: {EstateWords.Of(EstateWords.Conditions, domain.State)}\n");
        text.Append($"    memory: {SizeText.Format(domain.Memory)}\n    processors: {domain.Processors}\n");
        text.Append(domain.DirtyRate > 0 ? $"    dirty: {SizeText.Format(domain.DirtyRate)}\n" : "");
        Optional("cluster", domain.ClusterStorage);
        text.Append($"    switches: {Words(domain.Switches)}\n");
        text.Append(domain.Disks.Count == 0 ? "" : "    disks:\n");
        foreach (DomainDiskTopology disk in domain.Disks)
        {
            text.Append($"      - {{ name: {quote(disk.Name)}, service: {quote(disk.Service)}, ");
            text.Append($"volume: {quote(disk.Volume)} }}\n");
        }
    }

    private void Optional(string field, string value) =>
        text.Append(value.Length > 0 ? $"    {field}: {quote(value)}\n" : "");

    private string Words(IReadOnlyList<string> words) => $"[{string.Join(", ", words.Select(quote))}]";
}
