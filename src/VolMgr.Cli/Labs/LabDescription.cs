using VolMgr.Arrays;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Labs;

/// <summary>A lab in words, for <c>volmgr lab show</c>.</summary>
internal static class LabDescription
{
    /// <summary>Writes arrays, LUNs and hosts of the lab.</summary>
    public static void Write(LabPaths lab, TextWriter output)
    {
        LabTopology topology = LabTopologyFile.Read(lab).Topology;
        output.WriteLine($"lab {lab.Root}");
        output.WriteLine(topology.IsVirtual ? "time is virtual" : "time is real");
        output.WriteLine(PidFile.IsHeld(lab) ? $"up, owner process {PidFile.ReadHolder(lab)}" : "down");
        foreach (ArrayTopology array in topology.Arrays)
        {
            output.WriteLine();
            output.WriteLine(
                $"array {array.Name}: {array.Vendor} {array.Product}, serial {array.Serial}, {array.PortCount} ports");
            foreach (LunTopology lun in array.Luns)
            {
                IEnumerable<string> hidden = topology.Hosts
                    .Where(host => host.Unpresented.Contains(lun.Name, StringComparer.Ordinal))
                    .Select(host => host.Name);
                string note = string.Join(", ", hidden) is { Length: > 0 } names ? $"  hidden from {names}" : "";
                output.WriteLine($"  {lun.Name,-16} {Size(lun.Size),10}  {lun.Backing}{note}");
            }
        }

        output.WriteLine();
        foreach (HostTopology host in topology.Hosts)
        {
            IEnumerable<string> adapters = host.Hbas.Select(
                adapter => $"{adapter.Controller} to {string.Join(", ", adapter.Targets)}");
            output.WriteLine($"host {host.Name}: {string.Join("; ", adapters)}");
        }

        EstateDescription.Write(topology, output);
    }

    /// <summary>Bytes in the largest unit that they are a whole number of.</summary>
    public static string Size(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        int unit = 0;
        while (unit < units.Length - 1 && bytes >= 1024 && bytes % 1024 == 0)
        {
            bytes /= 1024;
            unit++;
        }

        return $"{bytes} {units[unit]}";
    }
}
