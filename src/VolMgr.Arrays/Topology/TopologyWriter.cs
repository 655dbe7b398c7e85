using System.Text;
using System.Text.RegularExpressions;
using VolMgr.Arrays.Performance;

namespace VolMgr.Arrays.Topology;

/// <summary>
/// Writes a topology: block style down to arrays and hosts, one line for each LUN and adapter. Values that other YAML
/// readers would take for numbers, booleans or syntax are quoted.
/// </summary>
internal static partial class TopologyWriter
{
    public static string Write(LabTopology topology)
    {
        StringBuilder text = new();
        text.Append($"# Topology of a VolMgr lab.\nformat: {topology.Format}\n");
        text.Append(topology.IsVirtual ? "clock: virtual\n\narrays:\n" : "\narrays:\n");
        foreach (ArrayTopology array in topology.Arrays)
        {
            Append(text, array);
        }

        text.Append("\nhosts:\n");
        foreach (HostTopology host in topology.Hosts)
        {
            Append(text, host);
        }

        new EstateWriter(text, Quote).Write(topology.Estate);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ArrayTopology array)
    {
        text.Append($"  - name: {Quote(array.Name)}\n    kind: {Quote(array.Kind)}\n");
        text.Append($"    vendor: {Quote(array.Vendor)}\n    product: {Quote(array.Product)}\n");
        text.Append($"    revision: {Quote(array.Revision)}\n");
        if (array.Firmware is not null)
        {
            text.Append($"    firmware: {Quote(array.Firmware)}\n");
        }

        text.Append($"    serial: {Quote(array.Serial)}\n    ports: {array.PortCount}\n");
        text.Append(PerformanceWriter.Write(array.Performance));
        text.Append(array.Pools.Count == 0 ? "" : "    pools:\n");
        foreach (PoolTopology pool in array.Pools)
        {
            text.Append($"      - {{ name: {Quote(pool.Name)}, size: {SizeText.Format(pool.Size)}, ");
            text.Append($"unit: {SizeText.Format(pool.Unit)}{PerformanceWriter.Write(pool.Performance)}");
            text.Append(pool.WhenFull == PoolFullBehaviour.Offline ? ", full: offline }\n" : " }\n");
        }

        text.Append(array.Luns.Count == 0 ? "    luns: []\n" : "    luns:\n");
        foreach (LunTopology lun in array.Luns)
        {
            string name = lun.Name[(lun.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            text.Append($"      - {{ name: {Quote(name)}, number: {lun.Number}, size: {SizeText.Format(lun.Size)},");
            text.Append($" serial: {Quote(lun.Serial)}, avid: {Quote(lun.ArrayVolumeId)}");
            if (!string.Equals(lun.Backing, ArrayReader.DefaultBacking(array.Name, name), StringComparison.Ordinal))
            {
                text.Append($", backing: {Quote(lun.Backing)}");
            }

            text.Append(lun.Pool.Length > 0 ? $", pool: {Quote(lun.Pool)}" : "");
            text.Append(PerformanceWriter.Write(lun.Performance));
            text.Append(lun.IsThin ? ", thin: true }\n" : " }\n");
        }
    }

    private static void Append(StringBuilder text, HostTopology host)
    {
        text.Append($"  - name: {Quote(host.Name)}\n    hostname: {Quote(host.HostName)}\n    hbas:\n");
        foreach (HbaTopology hba in host.Hbas)
        {
            string targets = string.Join(", ", hba.Targets.Select(target => Quote(target.ToString())));
            text.Append($"      - {{ controller: {Quote(hba.Controller)}, arrays: [{targets}] }}\n");
        }

        if (host.BootLun.Length > 0)
        {
            text.Append($"    boot: {Quote(host.BootLun)}\n");
        }

        if (!host.EnablesDiskUuid)
        {
            text.Append("    enable_uuid: false\n");
        }

        if (host.Unpresented.Count > 0)
        {
            text.Append("    unpresented:\n");
            foreach (string lun in host.Unpresented)
            {
                text.Append($"      - {Quote(lun)}\n");
            }
        }
    }

    /// <summary>Plain where that is safe, else in single quotes: legal values hold no control characters.</summary>
    private static string Quote(string value) =>
        Plain().IsMatch(value) && value is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off")
            ? value
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\A[A-Za-z](?:[A-Za-z0-9._/-]|:(?=[0-9]))*\z")]
    private static partial Regex Plain();
}
