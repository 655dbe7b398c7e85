using VolMgr.Arrays.Discovery;

namespace VolMgr.Arrays;

/// <summary>
/// Which paths a scan looks at (`vxdisk scandisks new`, `fabric`, `device=`, `ctlr=`). What it does not look at stays
/// as the last scan saw it.
/// </summary>
public sealed class ScanScope
{
    private readonly Func<SeenPath, bool, bool> isMeant;

    private ScanScope(Func<SeenPath, bool, bool> isMeant) => this.isMeant = isMeant;

    /// <summary>Paths that no scan has seen yet.</summary>
    public static ScanScope New { get; } = new((_, isKnown) => !isKnown);

    /// <summary>What is behind a fabric: no virtual and no local disks.</summary>
    public static ScanScope Fabric { get; } =
        new((path, _) => path.Array.Kind is not (ArrayKinds.VirtualDisk or "disk"));

    /// <summary>The paths of these operating system names, or all others.</summary>
    public static ScanScope Devices(IReadOnlyCollection<string> names, bool isExcluding) =>
        new((path, _) => names.Contains(path.OsName) != isExcluding);

    /// <summary>The paths of these controllers, or all others.</summary>
    public static ScanScope Controllers(IReadOnlyCollection<string> names, bool isExcluding) =>
        new((path, _) => names.Contains(path.Controller) != isExcluding);

    /// <summary>What the host sees after such a scan: the new where it looks, the old where it does not.</summary>
    internal IReadOnlyList<SeenPath> Merge(IReadOnlyList<SeenPath> before, IReadOnlyList<SeenPath> now)
    {
        Dictionary<string, SeenPath> known = before.ToDictionary(path => path.OsName, StringComparer.Ordinal);
        return BusScan.InOrder(
        [
            .. now.Where(path => isMeant(path, known.ContainsKey(path.OsName))),
            .. before.Where(path => !isMeant(path, true)),
        ]);
    }
}
