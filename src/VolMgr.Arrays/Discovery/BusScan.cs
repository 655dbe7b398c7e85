namespace VolMgr.Arrays.Discovery;

/// <summary>
/// What the operating system finds on its buses: every presented LUN behind every port that an adapter reaches. The
/// order (controller, array, port, LUN number) does not depend on the order in which the topology lists anything.
/// </summary>
internal static class BusScan
{
    public static IReadOnlyList<SeenPath> Run(
        LabTopology topology, HostTopology host, OsNames names, bool tellsDiskUuid)
    {
        HashSet<string> hidden = new(host.Unpresented, StringComparer.Ordinal);
        List<SeenPath> seen = [];
        foreach (HbaTopology hba in host.Hbas.OrderBy(hba => hba.Controller.Length)
            .ThenBy(hba => hba.Controller, StringComparer.Ordinal))
        {
            foreach ((ArrayTopology array, int port) in Ports(topology, hba))
            {
                seen.AddRange(
                    from numbered in array.Luns.Where(lun => !hidden.Contains(lun.Name)).GroupBy(lun => lun.Number)
                    orderby numbered.Key
                    from item in numbered.OrderBy(lun => lun.Name, StringComparer.Ordinal).Index()
                    let place = new BusPlace(hba.Controller, array.Name, port, numbered.Key, item.Index)
                    select new SeenPath(
                        names.NameOf(place), hba.Controller, array, port, Shown(array, item.Item, tellsDiskUuid)));
            }
        }

        return seen;
    }

    /// <summary>The order of the bus: controller, array, port, LUN number.</summary>
    public static IReadOnlyList<SeenPath> InOrder(IEnumerable<SeenPath> paths) =>
        [.. paths.OrderBy(path => path.Controller.Length).ThenBy(path => path.Controller, StringComparer.Ordinal)
            .ThenBy(path => path.Array.Name, StringComparer.Ordinal).ThenBy(path => path.Port)
            .ThenBy(path => path.Lun.Number).ThenBy(path => path.Lun.Name, StringComparer.Ordinal)];

    /// <summary>
    /// A virtual disk hides its serial unless disk.EnableUUID was set when the machine was powered on.
    /// </summary>
    private static LunTopology Shown(ArrayTopology array, LunTopology lun, bool tellsDiskUuid) =>
        tellsDiskUuid || array.Kind != ArrayKinds.VirtualDisk ? lun : lun with { Serial = "" };

    private static IEnumerable<(ArrayTopology Array, int Port)> Ports(LabTopology topology, HbaTopology hba) =>
        hba.Targets
            .SelectMany(target => topology.Arrays
                .Where(array => string.Equals(array.Name, target.Array, StringComparison.Ordinal))
                .SelectMany(array => target.Port is { } port
                    ? [(array, port)]
                    : Enumerable.Range(1, array.PortCount).Select(each => (array, each))))
            .DistinctBy(item => (item.array.Name, item.Item2))
            .OrderBy(item => item.array.Name, StringComparer.Ordinal)
            .ThenBy(item => item.Item2);
}
