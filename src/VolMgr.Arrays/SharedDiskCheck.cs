namespace VolMgr.Arrays;

/// <summary>
/// The check before disks are shared by a cluster, exported to other nodes or put behind fencing: each has to be
/// recognised by itself on every host.
/// </summary>
public static class SharedDiskCheck
{
    /// <summary>A sentence for each device that has no identity of its own.</summary>
    public static IReadOnlyList<string> Run(IEnumerable<DmpNode> nodes) =>
        [.. nodes.Where(node => !node.IsNamePersistent).Select(Describe)];

    private static string Describe(DmpNode node)
    {
        string remedy = node.Vendor == "VMware"
            ? "set disk.EnableUUID = TRUE for the virtual machine and power it off and on"
            : "give the LUN a serial number, or claim it with vxddladm addjbod";
        return $"{node.Name}: it tells no serial number, so its identity is host name and path ({node.Udid}); {remedy}";
    }
}
