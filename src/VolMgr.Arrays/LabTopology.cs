using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Estates;

namespace VolMgr.Arrays;

/// <summary>
/// What a lab consists of: its arrays with their LUNs, and its hosts with what they reach. The content of `lab.yaml`.
/// Immutable; what <see cref="LabTopologyText.Read"/> accepts and <see cref="LabTemplates"/> builds has unique names,
/// LUN serials, LUN numbers per array, and no reference to something that is not there.
/// </summary>
public sealed record LabTopology
{
    /// <summary>The newest format of `lab.yaml` that this program reads, and the one that it writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format version.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Whether the lab has a clock of its own, which moves only when nothing can run.</summary>
    public bool IsVirtual { get; init; }

    /// <summary>The arrays, in the order of the file.</summary>
    public required IReadOnlyList<ArrayTopology> Arrays { get; init; }

    /// <summary>The hosts, in the order of the file; the first one is the default host.</summary>
    public required IReadOnlyList<HostTopology> Hosts { get; init; }

    /// <summary>What is virtual: hypervisors, machines, domains.</summary>
    public EstateTopology Estate { get; init; } = new();

    /// <summary>Every LUN of every array.</summary>
    public IEnumerable<LunTopology> Luns => Arrays.SelectMany(array => array.Luns);

    /// <summary>The host of that lab name, or null.</summary>
    public HostTopology? FindHost(string name) =>
        Hosts.FirstOrDefault(host => string.Equals(host.Name, name, StringComparison.Ordinal));

    /// <summary>The LUN of that full name, such as emc0/01f4, or null.</summary>
    public LunTopology? FindLun(string name) =>
        Luns.FirstOrDefault(lun => string.Equals(lun.Name, name, StringComparison.Ordinal));

    /// <summary>
    /// The unique disk identifier of that LUN, as a host of any kind would compute it; empty for no such LUN.
    /// </summary>
    public string UdidOf(string lun)
    {
        ArrayTopology? array = Arrays.FirstOrDefault(each => each.Luns.Any(known => known.Name == lun));
        string cabinet = array?.Kind == ArrayKinds.VirtualDisk ? "VMDK" : array?.Serial ?? "";
        return array is null ? ""
            : Udid.Encode($"{array.Vendor}_{array.Product}_{cabinet}_{FindLun(lun)?.Serial}");
    }

    /// <summary>
    /// The same lab with one LUN presented to, or hidden from, one host or (host null) every host. The same value when
    /// nothing changes; names that do not exist change nothing.
    /// </summary>
    public LabTopology WithLun(string lun, string? host, bool isPresented)
    {
        if (FindLun(lun) is null)
        {
            return this;
        }

        return this with
        {
            Hosts = [.. Hosts.Select(item => host is null || string.Equals(item.Name, host, StringComparison.Ordinal)
                ? item.WithLun(lun, isPresented)
                : item)],
        };
    }
}
