using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Multipath;
using VolMgr.Blocks;

namespace VolMgr.Arrays;

/// <summary>How a command that enables or disables a path ended.</summary>
public enum PathChange
{
    /// <summary>The state changed.</summary>
    Changed = 1,

    /// <summary>It was so already.</summary>
    AlreadySo = 2,

    /// <summary>There is no path or controller of that name.</summary>
    NotFound = 3,

    /// <summary>Refused: it would disable the last enabled path of a LUN.</summary>
    LastPath = 4,

    /// <summary>Refused: the LUN cannot be reached through it.</summary>
    NotReachable = 5,
}

/// <summary>
/// What one host sees of the lab's arrays: LUNs with their names and paths, enclosures. A scan discovers; between scans
/// the view stands still, except that paths fail and that LUNs which are not presented any more stop answering at once.
/// </summary>
/// <remarks>
/// Always holds: names of nodes are unique; a node, its <see cref="DmpNode.Device"/> and an enclosure are the same
/// objects for the life of this object; names with an identity behind them are in etc/vx/disk.info and
/// etc/vx/array.info before a scan ends. Scans and topology changes run one at a time; all members are thread-safe.
/// </remarks>
public sealed class HostDevices : IAsyncDisposable
{
    private readonly Lock discovering = new();
    private readonly string host;
    private readonly ILunOpener opener;
    private readonly NameStore names;
    private readonly EngineServices engine;
    private readonly OsNames osNames = new();
    private readonly Dictionary<string, DmpNode> known = new(StringComparer.Ordinal);
    private readonly Dictionary<EnclosureKey, Enclosure> knownEnclosures = [];
    private readonly HashSet<string> downLinks = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<DmpNode> nodes = [];
    private volatile IReadOnlyList<Enclosure> enclosures = [];
    private volatile IReadOnlyList<string> problems = [];
    private LabTopology topology;

    /// <summary>Knows nothing until the first scan.</summary>
    /// <param name="topology">The lab.</param>
    /// <param name="host">Lab name of a host of it.</param>
    /// <param name="opener">Opens the LUNs' bytes.</param>
    /// <param name="files">The host's files, for persistent names.</param>
    /// <param name="engine">Scheduler for calls that may sleep.</param>
    public HostDevices(
        LabTopology topology, string host, ILunOpener opener, IHostFiles files, EngineServices engine)
    {
        Invariant.Holds(topology.FindHost(host) is not null);
        this.topology = topology;
        this.host = host;
        this.opener = opener;
        this.engine = engine;
        names = new NameStore(files);
    }

    /// <summary>The LUNs that the newest scan saw, by name in ordinal order.</summary>
    public IReadOnlyList<DmpNode> Nodes => nodes;

    /// <summary>Every enclosure seen since the host is up, by name in ordinal order.</summary>
    public IReadOnlyList<Enclosure> Enclosures => enclosures;

    /// <summary>What the newest scan found wrong and worked around, one sentence each; empty as a rule.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>
    /// Discovers devices (`vxdisk scandisks`): new LUNs appear, LUNs that are gone disappear, sizes and paths are read
    /// anew, paths whose link works again are enabled, and backings that did not answer are opened again.
    /// </summary>
    public ValueTask ScanAsync(CancellationToken token) => DiscoverAsync(isForgetting: false, token);

    /// <summary>
    /// Forgets the persistent device names and assigns them anew (`vxddladm assign names`), then scans. Names by array
    /// volume id come out the same; names by rank may change.
    /// </summary>
    public ValueTask AssignNamesAsync(CancellationToken token) => DiscoverAsync(isForgetting: true, token);

    /// <summary>
    /// Takes over a changed lab. LUNs that this host may no longer see answer NotReachable from now on; everything else
    /// is seen by the next scan.
    /// </summary>
    public async ValueTask ReplaceTopologyAsync(LabTopology newest)
    {
        Invariant.Holds(newest.FindHost(host) is not null);
        // It may have to wait for a scan.
        await engine.RunBlockingAsync(() => TakeOver(newest));
    }

    /// <summary>The node of that DA name, or null.</summary>
    public DmpNode? FindNode(string name) =>
        nodes.FirstOrDefault(node => string.Equals(node.Name, name, StringComparison.Ordinal));

    /// <summary>
    /// Disables by command the path of that operating system name, or every path of that controller. Refused when a LUN
    /// would lose its last path, unless forced.
    /// </summary>
    public PathChange DisablePath(string pathOrController, bool force)
    {
        IReadOnlyList<(DmpNode Node, DevicePath Path)> chosen = PathsOf(pathOrController);
        if (chosen.Count == 0)
        {
            return PathChange.NotFound;
        }

        if (chosen.All(item => item.Path.IsDisabledByHand))
        {
            return PathChange.AlreadySo;
        }

        bool isLast = chosen.Select(item => item.Node).Distinct().Any(node =>
            node.HasEnabledPath
            && node.Paths.All(path => path.State == PathState.Disabled || Matches(path, pathOrController)));
        if (isLast && !force)
        {
            return PathChange.LastPath;
        }

        ForEachPath(path => Matches(path, pathOrController), path => path.SetDisabledByHand(true));
        return PathChange.Changed;
    }

    /// <summary>Enables a path, or every path of a controller, after a successful probe.</summary>
    public PathChange EnablePath(string pathOrController)
    {
        IReadOnlyList<(DmpNode Node, DevicePath Path)> chosen = PathsOf(pathOrController);
        if (chosen.Count == 0)
        {
            return PathChange.NotFound;
        }

        if (chosen.All(item => item.Path.State == PathState.Enabled))
        {
            return PathChange.AlreadySo;
        }

        ForEachPath(path => Matches(path, pathOrController), path => path.EnableByHand());
        return chosen.Any(item => item.Path.State == PathState.Enabled) ? PathChange.Changed : PathChange.NotReachable;
    }

    /// <summary>
    /// A fault of the lab: the cable of a path, or of every path of a controller, is pulled or put back. The host
    /// learns of a pulled cable by its next I/O on the path or by a scan, and of a repaired one by a scan or an enable
    /// command.
    /// </summary>
    public void SetLink(string pathOrController, bool isUp)
    {
        lock (downLinks)
        {
            if (isUp)
            {
                downLinks.Remove(pathOrController);
            }
            else
            {
                downLinks.Add(pathOrController);
            }
        }

        ForEachPath(path => Matches(path, pathOrController), path => path.SetLink(IsLinkUp(path)));
    }

    /// <summary>Closes every LUN. The users of the devices have stopped before.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (DmpNode node in KnownNodes())
        {
            await node.Multipath.Connection.DisposeAsync();
        }
    }

    private static bool Matches(DevicePath path, string pathOrController) =>
        string.Equals(path.Name, pathOrController, StringComparison.Ordinal)
        || string.Equals(path.Controller, pathOrController, StringComparison.Ordinal);

    private async ValueTask DiscoverAsync(bool isForgetting, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        // Opening LUNs and reading the name files are system calls that may sleep.
        problems = await engine.RunBlockingAsync(() => Discover(isForgetting));
        // All at once: LUNs that do not answer cost the time of one.
        await Together.AllAsync(nodes.Select(node => node.Multipath.Connection.ProbeAsync(token)));
    }

    private bool TakeOver(LabTopology newest)
    {
        lock (discovering)
        {
            topology = newest;
            HashSet<string> presented = [.. Seen().Select(path => path.OsName)];
            ForEachPath(path => !presented.Contains(path.Name), path => path.MarkUnpresented());
            return true;
        }
    }

    private IReadOnlyList<SeenPath> Seen() => BusScan.Run(topology, ThisHost(), osNames);

    private HostTopology ThisHost()
    {
        HostTopology? found = topology.FindHost(host);
        Invariant.Holds(found is not null);
        return found;
    }

    private List<string> Discover(bool isForgetting)
    {
        lock (discovering)
        {
            return DiscoverUnsynchronized(isForgetting);
        }
    }

    private List<string> DiscoverUnsynchronized(bool isForgetting)
    {
        List<string> found = [];
        IReadOnlyList<FoundDevice> devices = DeviceDiscovery.Find(Seen(), ThisHost().HostName, found);
        IReadOnlyDictionary<string, string> deviceNames = names.Assign(devices, isForgetting, found);
        List<DmpNode> seen = [.. devices.Select(device => Place(device, deviceNames[device.Udid]))];
        foreach (Enclosure enclosure in knownEnclosures.Values)
        {
            enclosure.SetNodes([.. seen.Where(node => ReferenceEquals(node.Enclosure, enclosure))]);
        }

        HashSet<string> alive = [.. seen.SelectMany(node => node.Paths).Select(path => path.Name)];
        ForEachPath(path => !alive.Contains(path.Name), path => path.MarkUnpresented());
        nodes = [.. seen.OrderBy(node => node.Name, StringComparer.Ordinal)];
        enclosures = [.. knownEnclosures.Values.OrderBy(enclosure => enclosure.Name, StringComparer.Ordinal)];
        return found;
    }

    /// <summary>The node of a found device, made or brought up to date.</summary>
    private DmpNode Place(FoundDevice found, string name)
    {
        DmpNode? node;
        lock (known)
        {
            known.TryGetValue(found.Udid, out node);
        }

        if (node is null)
        {
            MultipathDevice device = new(new LunConnection(opener, found.Lun));
            device.SetPaths(PathsFor(found, []));
            node = new DmpNode(found, EnclosureOf(found), name, device);
            lock (known)
            {
                known.Add(found.Udid, node);
            }
        }
        else
        {
            node.Multipath.Connection.Update(found.Lun);
            node.Multipath.SetPaths(PathsFor(found, node.Paths));
            node.Update(found, name);
            EnclosureOf(found);
        }

        return node;
    }

    private List<DevicePath> PathsFor(FoundDevice found, IReadOnlyList<DevicePath> before)
    {
        List<DevicePath> paths = [];
        foreach (FoundPath item in found.Paths)
        {
            DevicePath path = before.FirstOrDefault(old =>
                    string.Equals(old.Name, item.Seen.OsName, StringComparison.Ordinal))
                ?? new DevicePath(item.Seen.OsName, item.Seen.Controller, item.Seen.Port, item.Type);
            path.Type = item.Type;
            path.SetLink(IsLinkUp(path));
            path.Probe();
            paths.Add(path);
        }

        return paths;
    }

    private Enclosure EnclosureOf(FoundDevice found)
    {
        EnclosureKey key = found.EnclosureKey;
        if (!knownEnclosures.TryGetValue(key, out Enclosure? enclosure))
        {
            enclosure = new Enclosure(names.EnclosureName(key), key.Type, key.CabinetSerial);
            knownEnclosures.Add(key, enclosure);
        }

        enclosure.ArrayType = found.Claim.ArrayType;
        enclosure.Firmware = found.Claim.Firmware;
        enclosure.Asl = found.Claim.Asl;
        return enclosure;
    }

    private bool IsLinkUp(DevicePath path)
    {
        lock (downLinks)
        {
            return !downLinks.Contains(path.Name) && !downLinks.Contains(path.Controller);
        }
    }

    private DmpNode[] KnownNodes()
    {
        lock (known)
        {
            return [.. known.Values];
        }
    }

    private IReadOnlyList<(DmpNode Node, DevicePath Path)> PathsOf(string pathOrController) =>
        [.. nodes.SelectMany(node => node.Paths
            .Where(path => Matches(path, pathOrController))
            .Select(path => (node, path)))];

    /// <summary>Changes paths, of nodes that are gone too, and lets their nodes choose anew.</summary>
    private void ForEachPath(Func<DevicePath, bool> isMeant, Action<DevicePath> change)
    {
        foreach (DmpNode node in KnownNodes())
        {
            foreach (DevicePath path in node.Paths.Where(isMeant))
            {
                change(path);
            }

            node.Multipath.Choose();
        }
    }
}
