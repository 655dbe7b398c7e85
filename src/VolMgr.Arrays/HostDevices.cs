using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Faults;
using VolMgr.Arrays.Libraries;
using VolMgr.Arrays.Multipath;
using VolMgr.Arrays.Pools;
using VolMgr.Blocks;

namespace VolMgr.Arrays;

/// <summary>
/// What one host sees of the lab's arrays: LUNs with their names and paths, enclosures. A scan discovers; between scans
/// the view stands still, except that paths fail and that LUNs which are not presented any more stop answering at once.
/// </summary>
/// <remarks>
/// Always holds: names of nodes are unique; a node, its <see cref="DmpNode.Device"/> and an enclosure are the same
/// objects for the life of this object; names with an identity behind them are in etc/vx/disk.info and
/// etc/vx/array.info before a scan ends. Scans and topology changes run one at a time; all members are thread-safe.
/// </remarks>
public sealed partial class HostDevices : IAsyncDisposable
{
    private readonly Lock discovering = new();
    private readonly string host;
    private readonly ILunOpener opener;
    private readonly NameStore names;
    private readonly EngineServices engine;
    private readonly OsNames osNames = new();
    private readonly Dictionary<string, DmpNode> known = new(StringComparer.Ordinal);
    private readonly Dictionary<EnclosureKey, Enclosure> knownEnclosures = [];
    private readonly LabArrays arrays;
    private readonly MultipathHost multipath;
    private readonly RestoreDaemon daemon;
    private readonly Lazy<LibrarySet> libraries;
    private volatile IReadOnlyList<DmpNode> nodes = [];
    private volatile IReadOnlyList<Enclosure> enclosures = [];
    private volatile IReadOnlyList<string> problems = [];
    private readonly bool tellsDiskUuid;
    private IReadOnlyList<SeenPath> lastSeen = [];
    private LabTopology topology;

    /// <summary>Knows nothing until the first scan.</summary>
    /// <param name="topology">The lab.</param>
    /// <param name="host">Lab name of a host of it.</param>
    /// <param name="opener">Opens the LUNs' bytes.</param>
    /// <param name="files">The host's files, for persistent names.</param>
    /// <param name="engine">Schedulers and clock.</param>
    /// <param name="arrays">The arrays at run time, which all hosts of the lab share; null for arrays of its
    /// own.</param>
    public HostDevices(
        LabTopology topology, string host, ILunOpener opener, IHostFiles files, EngineServices engine,
        LabArrays? arrays = null)
    {
        Invariant.Holds(topology.FindHost(host) is not null);
        this.topology = topology;
        this.host = host;
        this.engine = engine;
        this.arrays = arrays ?? new LabArrays();
        this.opener = new PooledLunOpener(opener, this.arrays, () => this.topology);
        tellsDiskUuid = ThisHost().EnablesDiskUuid;
        names = new NameStore(files);
        multipath = new MultipathHost(host, engine);
        daemon = new RestoreDaemon(multipath, () => nodes);
        multipath.OnPathFailed = daemon.Wake;
        Dmp = new DmpControl(this, multipath, daemon, files);
        Ddl = new DdlControl(this, engine, files);
        this.arrays.Faults.Join(this);
        libraries = new Lazy<LibrarySet>(() => new LibrarySet(Plugins, () => Ddl));
    }

    /// <summary>The LUNs that the newest scan saw, by name in ordinal order.</summary>
    public IReadOnlyList<DmpNode> Nodes => nodes;

    /// <summary>Every enclosure seen since the host is up, by name in ordinal order.</summary>
    public IReadOnlyList<Enclosure> Enclosures => enclosures;

    /// <summary>How devices are claimed and named.</summary>
    public DdlControl Ddl { get; }

    /// <summary>Array support libraries from outside, asked first.</summary>
    public ArraySupportPlugins Plugins { get; init; } = ArraySupportPlugins.None;

    /// <summary>The arrays at run time, with the faults at work.</summary>
    public LabArrays Arrays => arrays;

    /// <summary>How the paths are used: policies, tunables, statistics, exclusions.</summary>
    public DmpControl Dmp { get; }

    /// <summary>Told of every event of multipathing; called on the thread that finds it, so be brief.</summary>
    public Action<DmpEvent>? OnEvent
    {
        get => multipath.OnEvent;
        set => multipath.OnEvent = value;
    }

    /// <summary>What the newest scan found wrong and worked around, one sentence each; empty as a rule.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>
    /// Discovers devices (`vxdisk scandisks`): new LUNs appear, LUNs that are gone disappear, sizes and paths are read
    /// anew, paths whose link works again are enabled, and backings that did not answer are opened again.
    /// </summary>
    public ValueTask ScanAsync(CancellationToken token) => DiscoverAsync(isForgetting: false, null, token);

    /// <summary>Discovers as <see cref="ScanAsync(CancellationToken)"/> does, and looks at some paths only.</summary>
    public ValueTask ScanAsync(ScanScope scope, CancellationToken token) => DiscoverAsync(false, scope, token);

    /// <summary>
    /// Forgets the persistent device names and assigns them anew (`vxddladm assign names`), then scans. Names by array
    /// volume id come out the same; names by rank may change.
    /// </summary>
    public ValueTask AssignNamesAsync(CancellationToken token) => DiscoverAsync(isForgetting: true, null, token);

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

    /// <summary>Closes every LUN. The users of the devices have stopped before.</summary>
    public async ValueTask DisposeAsync()
    {
        arrays.Faults.Leave(this);
        await daemon.DisposeAsync();
        foreach (DmpNode node in KnownNodes())
        {
            await node.Multipath.Connection.DisposeAsync();
        }
    }

    /// <summary>Lab name of the host.</summary>
    internal string HostName => host;

    /// <summary>The operating system's names of all paths that are there now, scanned or not.</summary>
    public IReadOnlyList<string> OsDevices
    {
        get
        {
            lock (discovering)
            {
                return [.. Seen().Concat(lastSeen).Select(path => path.OsName).Distinct()];
            }
        }
    }

    /// <summary>The host's controllers.</summary>
    public IReadOnlyList<string> Controllers
    {
        get
        {
            lock (discovering)
            {
                return [.. ThisHost().Hbas.Select(hba => hba.Controller)];
            }
        }
    }

    /// <summary>Has the arrays look what the thin LUNs that this host sees take of their pools.</summary>
    public async Task LearnPoolsAsync()
    {
        foreach (PooledLun lun in KnownNodes().Select(node => node.Multipath.Connection.Current).OfType<PooledLun>())
        {
            await lun.LearnAsync();
        }
    }

    internal LibrarySet Libraries => libraries.Value;

    internal string? RenameEnclosure(string name, string newName)
    {
        lock (discovering)
        {
            return enclosures.FirstOrDefault(each => each.Name == name) is { } found
                ? names.RenameEnclosure(found.Key, newName)
                : $"Enclosure {name}: No such enclosure";
        }
    }

    private async ValueTask DiscoverAsync(bool isForgetting, ScanScope? scope, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        // Opening LUNs and reading the name files are system calls that may sleep.
        problems = await engine.RunBlockingAsync(() => Discover(isForgetting, scope));
        // Those behind a network all at once: servers that do not answer cost the time of one.
        LunConnection[] luns = [.. nodes.Select(node => node.Multipath.Connection)];
        LunConnection[] remote = [.. luns.Where(lun => lun.IsSelfRestoring)];
        if (remote.Length > 0)
        {
            await Together.AllAsync(remote.Select(lun => lun.ProbeAsync(token)));
        }

        foreach (LunConnection lun in luns.Except(remote))
        {
            await lun.ProbeAsync(token);
        }

        daemon.Wake();
    }

    private bool TakeOver(LabTopology newest)
    {
        lock (discovering)
        {
            topology = newest;
            HideUnpresented();
            return true;
        }
    }

    /// <summary>The faults of the lab have changed: what no scan is needed for shows at once.</summary>
    internal void ShowFaults()
    {
        lock (discovering)
        {
            HideUnpresented();
        }

        ForEachPath(_ => true, ShowTrouble);
    }

    private void HideUnpresented()
    {
        HideAllBut(Seen());
    }

    /// <summary>
    /// Paths to what is not there any more. What counts is the LUN behind: one that only has another number is reached
    /// until a scan gives it new paths, and the name of its old ones may lead to another LUN.
    /// </summary>
    private void HideAllBut(IEnumerable<SeenPath> seen)
    {
        HashSet<(string, string, int, string)> presented =
            [.. seen.Select(path => (path.Controller, path.Array.Name, path.Port, path.Lun.Name))];
        foreach (DmpNode node in KnownNodes())
        {
            foreach (DevicePath path in node.Paths.Where(path =>
                !presented.Contains((path.Controller, path.ArrayName, path.Port, node.LunName))))
            {
                path.MarkUnpresented();
            }

            node.Multipath.Choose();
        }
    }

    private IReadOnlyList<SeenPath> Seen() => BusScan.Run(Shown(), ThisHost(), osNames, tellsDiskUuid);

    /// <summary>The lab as its faults make it look.</summary>
    private LabTopology Shown() => TopologyFaults.Apply(topology, arrays.Faults.Active);

    private HostTopology ThisHost()
    {
        HostTopology? found = Shown().FindHost(host);
        Invariant.Holds(found is not null);
        return found;
    }

    private List<string> Discover(bool isForgetting, ScanScope? scope)
    {
        lock (discovering)
        {
            return DiscoverUnsynchronized(isForgetting, scope);
        }
    }

    private List<string> DiscoverUnsynchronized(bool isForgetting, ScanScope? scope)
    {
        List<string> found = [];
        Plugins.Refresh();
        found.AddRange(Plugins.Problems);
        Dmp.Load(found);
        Ddl.Load(found);
        lastSeen = scope?.Merge(lastSeen, Seen()) ?? Seen();
        IReadOnlyList<FoundDevice> devices =
            Dmp.WithoutExcluded(DeviceDiscovery.Find(
                lastSeen, ThisHost().HostName, Libraries, arrays.OwnerOf, found));
        IReadOnlyDictionary<string, string> deviceNames = names.Assign(
            devices, isForgetting, Ddl.GivenNames(), Ddl.Scheme, found);
        List<DmpNode> seen = [.. devices.Select(device => Place(device, deviceNames[device.Udid]))];
        foreach (Enclosure enclosure in knownEnclosures.Values)
        {
            enclosure.SetNodes([.. seen.Where(node => ReferenceEquals(node.Enclosure, enclosure))]);
        }

        Dmp.ApplyTo(seen);
        string boot = ThisHost().BootLun;
        seen.ForEach(node => node.IsForeign = node.Paths.Any(path => Libraries.IsForeign(path.Name)));
        seen.ForEach(node => node.IsBootDisk = string.Equals(node.LunName, boot, StringComparison.Ordinal));
        HideAllBut(devices.SelectMany(device => device.Paths).Select(path => path.Seen));
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
            MultipathDevice device = new(
                new LunConnection(opener, found.Lun), arrays.StateOf(found.Paths[0].Seen.Array, found.Lun), multipath);
            node = new DmpNode(found, EnclosureOf(found), name, device);
            SetPaths(device, PathsFor(found, []));
            lock (known)
            {
                known.Add(found.Udid, node);
            }
        }
        else
        {
            node.Multipath.Connection.Update(found.Lun);
            node.Update(found, name);
            EnclosureOf(found);
            SetPaths(node.Multipath, PathsFor(found, node.Paths));
        }

        return node;
    }

    private List<DevicePath> PathsFor(FoundDevice found, IReadOnlyList<DevicePath> before)
    {
        List<DevicePath> paths = [];
        foreach (FoundPath item in found.Paths)
        {
            DevicePath path = before.FirstOrDefault(old =>
                    string.Equals(old.Name, item.Seen.OsName, StringComparison.Ordinal)
                    && old.Controller == item.Seen.Controller && old.Port == item.Seen.Port)
                ?? new DevicePath(item.Seen, item.Type);
            path.Type = item.Type;
            path.Timing = arrays.Performance.TimingOf(item.Seen.Array, found.Lun, item.Seen.Port, engine);
            ShowTrouble(path);
            paths.Add(path);
        }

        return paths;
    }

    private static void SetPaths(MultipathDevice device, List<DevicePath> paths)
    {
        foreach (DevicePath path in paths)
        {
            path.MarkPresented();
        }

        device.SetPaths(paths);
        foreach (DevicePath path in paths)
        {
            device.Inspect(path);
        }
    }

    private Enclosure EnclosureOf(FoundDevice found)
    {
        EnclosureKey key = found.EnclosureKey;
        if (!knownEnclosures.TryGetValue(key, out Enclosure? enclosure))
        {
            enclosure = new Enclosure(key);
            knownEnclosures.Add(key, enclosure);
        }

        enclosure.Name = names.EnclosureName(key);

        enclosure.ArrayType = found.Claim.ArrayType;
        enclosure.Firmware = found.Claim.Firmware;
        enclosure.Asl = found.Claim.Asl;
        return enclosure;
    }

    private DmpNode[] KnownNodes()
    {
        lock (known)
        {
            return [.. known.Values];
        }
    }
}
