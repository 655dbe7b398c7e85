namespace VolMgr.Commands;

/// <summary>Why words of disks, volumes and subdisks are refused, and what to do instead.</summary>
internal static class RefusalRemedies
{
    /// <summary>vxdisk.</summary>
    public static IReadOnlyDictionary<string, string> Vxdisk { get; } = Of(
        ("resize", "a LUN keeps its size here; take a larger one into the group and move with vxassist mirror or "
            + "vxevac"),
        ("define", "vxdisk scandisks finds every device of the lab"),
        ("flush", "vxdg flush writes the configuration to the disks of a group"),
        ("export", "the disks of a host are not shared over its network"),
        ("unexport", "the disks of a host are not shared over its network"),
        ("fssize", "no file system is looked at; vxdisk -o thin list tells what is allocated"),
        ("-p", "vxdisk list device tells all properties of one disk"));

    /// <summary>vxvol.</summary>
    public static IReadOnlyDictionary<string, string> Vxvol { get; } = Of(
        ("maint", "vxvol stop keeps clients out, and vxmend and vxplex work on a stopped volume"),
        ("recover", "vxrecover does it"),
        ("assoc", "vxmake vol name plex=plex makes a volume of plexes, vxplex att adds one"),
        ("dis", "vxplex dis takes plexes off a volume"));

    /// <summary>vxsd.</summary>
    public static IReadOnlyDictionary<string, string> Vxsd { get; } = Of(
        ("aslog", "vxassist addlog lays out a log of its own"));

    /// <summary>vxstat.</summary>
    public static IReadOnlyDictionary<string, string> Vxstat { get; } = Of(
        ("-f", "reads and writes, blocks and times are counted, copies in those of plexes (-p)"),
        ("-a", "name the kinds: -v, -p, -s, -d"),
        ("-S", "sizes are in blocks of 512 bytes"));

    /// <summary>Attributes of <c>vxvol set</c>.</summary>
    public static string? OfVolumeAttribute(string name) => name switch
    {
        "logtype" => "vxassist remove log, then addlog with logtype=",
        _ => null,
    };

    /// <summary>Attributes of <c>vxdg set</c>.</summary>
    public static string? OfGroupAttribute(string name) => name switch
    {
        "activation" => "a group belongs to one host, which reads and writes",
        "align" => "it follows from cds=on (16 sectors) and cds=off (one)",
        "diskdetpolicy" or "dgfailpolicy" => "they are for hosts that share a group, and none does",
        "coordinator" => "reservations are tried with volmgr scsi",
        _ => null,
    };

    private static Dictionary<string, string> Of(params (string Word, string Remedy)[] remedies) =>
        remedies.ToDictionary(each => each.Word, each => each.Remedy, StringComparer.Ordinal);
}
