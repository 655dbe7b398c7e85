using System.Collections.Immutable;
using VolMgr.Arrays;
using VolMgr.Arrays.Faults;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Hosts;

/// <summary>
/// One emulated host: what vxconfigd and the kernel's part of the volume manager know and do. It sees devices, imports
/// groups from them, and runs their volumes.
/// </summary>
/// <remarks>
/// Commands that change which disk belongs to which group take their turn one after the other; everything inside a
/// group is the group's. A host that is dropped without <see cref="ShutdownAsync"/> has crashed: the next boot finds
/// the groups still locked to it, imports them and recovers.
/// </remarks>
public sealed partial class VolumeHost : IAsyncDisposable
{
    private readonly DiskPreparation preparation;
    private ImmutableSortedDictionary<string, DiskGroup> groups =
        ImmutableSortedDictionary.Create<string, DiskGroup>(StringComparer.Ordinal);
    private IReadOnlyList<string> reported = [];
    private bool isDown;

    private VolumeHost(VolumeHostOptions given)
    {
        VolumeHostOptions options = Options = UnderFaults(given);
        Tasks = options.Tasks ?? new TaskTable(options.Engine.Time);
        Log = new HostLog(options.Files, options.Engine);
        options.Devices.OnEvent = each => Log.Write(each.Text);
        Identities = new HostIdentities(options.Name, options.Files, options.Engine.Time);
        Offline = new OfflineDevices(options.Files);
        Table = new DeviceTable(options.Devices, Offline, options.PrivateRegionTimeout, options.Engine);
        Membership = new GroupMembership(this);
        preparation = new DiskPreparation(this);
    }

    /// <summary>The host's name and host id.</summary>
    public string Name => Options.Name;

    /// <summary>What the host sees.</summary>
    public HostDevices Devices => Options.Devices;

    /// <summary>The host's small files.</summary>
    public IHostFiles Files => Options.Files;

    /// <summary>Schedulers, clock, identities.</summary>
    public EngineServices Engine => Options.Engine;

    /// <summary>The host's tasks.</summary>
    public TaskTable Tasks { get; }

    /// <summary>What the host reported.</summary>
    public HostLog Log { get; }

    /// <summary>Volumes that are mounted as file systems.</summary>
    public MountTable Mounts { get; } = new();

    /// <summary>The devices by name.</summary>
    public IReadOnlyList<DiskDevice> Disks => [.. Table.Rows.Values.Select(Describe)];

    /// <summary>The imported groups by name.</summary>
    public IReadOnlyList<DiskGroup> Groups => [.. groups.Values];

    internal VolumeHostOptions Options { get; }

    internal HostIdentities Identities { get; }

    internal OfflineDevices Offline { get; }

    internal DeviceTable Table { get; }

    internal GroupMembership Membership { get; }

    /// <summary>Ids of the groups that were imported from copies of their disks: those stand for the disks.</summary>
    internal ImmutableHashSet<string> ClonedGroups { get; set; } =
        ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>One change of disk membership at a time.</summary>
    internal SerialGate MembershipGate { get; } = new();

    /// <summary>
    /// Boots: discovers devices, imports the groups that are locked to this host, starts their volumes, and recovers in
    /// the background what needs it. A group that cannot be imported is reported in the log and left alone.
    /// </summary>
    public static async Task<VolumeHost> BootAsync(VolumeHostOptions options, CancellationToken token)
    {
        // it reads the host's files
        VolumeHost host = await options.Engine.RunBlockingAsync(() => new VolumeHost(options));
        await host.Table.ScanAsync(token);
        host.ReportDevices();
        await host.Membership.AutoImportAsync();
        return host;
    }

    /// <summary>The imported group of that name or id, or null.</summary>
    public DiskGroup? FindGroup(string nameOrId) =>
        groups.GetValueOrDefault(nameOrId)
        ?? groups.Values.FirstOrDefault(group => string.Equals(group.GroupId, nameOrId, StringComparison.Ordinal)
            || string.Equals(group.Name, nameOrId, StringComparison.Ordinal));

    /// <summary>The device of that name, or null.</summary>
    public DiskDevice? FindDisk(string name) =>
        Table.Rows.TryGetValue(name, out DiskDevice? row) ? Describe(row) : null;

    /// <summary>Looks for devices again (vxdisk scandisks, vxdctl enable) and gives imported groups back the disks that
    /// came back.</summary>
    public async Task RescanAsync(ScanScope? scope = null)
    {
        using IDisposable turn = await MembershipGate.EnterAsync();
        await Table.ScanAsync(CancellationToken.None, scope);
        ReportDevices();
        foreach (DiskGroup group in groups.Values)
        {
            await group.BindReturnedDisksAsync();
        }
    }

    /// <summary>Makes a device a VM disk (vxdisksetup -i).</summary>
    public Task<Outcome> InitializeDiskAsync(string da, DiskInitializeRequest request) =>
        preparation.InitializeDiskAsync(da, request);

    /// <summary>Takes the header off a VM disk (vxdiskunsetup).</summary>
    public Task<Outcome> UninitializeDiskAsync(string da, bool clearHostLock, bool force) =>
        preparation.UninitializeDiskAsync(da, clearHostLock, force);

    /// <summary>Forgets a device until the next scan (vxdisk rm).</summary>
    public Task<Outcome> RemoveDeviceAsync(string da) => preparation.RemoveDeviceAsync(da);

    /// <summary>Leaves a device alone until it is put online again, over scans and boots (vxdisk offline). A disk of an
    /// imported group is refused.</summary>
    public Task<Outcome> TakeOfflineAsync(string da) => preparation.TakeOfflineAsync(da);

    /// <summary>Clears the lock of another host on a disk of no imported group (vxdisk clearimport).</summary>
    public Task<Outcome> ClearImportAsync(string da) => preparation.ClearImportAsync(da);

    /// <summary>Makes a disk that looks like a clone one of its own: its header gets the identity of its LUN (vxdisk
    /// updateudid).</summary>
    public Task<Outcome> UpdateIdentityAsync(string da) => preparation.UpdateIdentityAsync(da);

    /// <summary>Uses a device again that was taken offline, reads its header, and gives imported groups back the disks
    /// that came back (vxdisk online).</summary>
    public Task<Outcome> PutOnlineAsync(string da) => preparation.PutOnlineAsync(da);

    /// <summary>Creates a group on these disks and imports it (vxdg init).</summary>
    public Task<Outcome<DiskGroup>> CreateGroupAsync(
        string name, IReadOnlyList<(string Media, string Device)> disks, GroupCreateRequest request) =>
        Membership.CreateGroupAsync(name, disks, request);

    /// <summary>Imports a group and starts its volumes (vxdg import).</summary>
    public Task<Outcome<DiskGroup>> ImportGroupAsync(string nameOrId, GroupImportRequest request) =>
        Membership.ImportGroupAsync(nameOrId, request);

    /// <summary>Stops the volumes of a group and gives it up (vxdg deport).</summary>
    public Task<Outcome> DeportGroupAsync(string name, GroupDeportRequest request) =>
        Membership.DeportGroupAsync(name, request);

    /// <summary>Stops the volumes of a group and takes all its disks out of it (vxdg destroy). The disks stay
    /// initialised and free; the records are gone.</summary>
    public Task<Outcome> DestroyGroupAsync(string name) => Membership.DestroyGroupAsync(name);

    /// <summary>
    /// Goes down cleanly: copies stop and go on at the next boot, volumes are flushed and CLEAN, groups are closed and
    /// stay locked to this host. Requests of clients that are still open fail from here on.
    /// </summary>
    public async Task ShutdownAsync()
    {
        using IDisposable turn = await MembershipGate.EnterAsync();
        if (isDown)
        {
            return;
        }
        isDown = true;
        foreach (DiskGroup group in groups.Values)
        {
            await group.ShutdownAsync();
        }
        groups = groups.Clear();
        await Log.FlushAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await ShutdownAsync();

    internal void Adopt(DiskGroup group) => groups = groups.Add(group.Name, group);

    /// <summary>Lets go of a group, which may have taken another name while it was given up.</summary>
    internal void Release(DiskGroup group) =>
        groups = groups.RemoveRange(
            groups.Where(known => ReferenceEquals(known.Value, group)).Select(known => known.Key));

    /// <summary>The faults of the lab may move the host's clock and kill it at named points.</summary>
    private static VolumeHostOptions UnderFaults(VolumeHostOptions options)
    {
        LabFaults faults = options.Devices.Arrays.Faults;
        EngineServices engine = options.Engine;
        return options with
        {
            Engine = engine with { Time = new HostClock(engine.Time, faults, options.Name) },
            Steps = ReferenceEquals(options.Steps, DataPathSteps.Default)
                ? new MortalSteps(faults, options.Name)
                : options.Steps,
        };
    }

    /// <summary>What discovery left out, or could not use, is in the log once for as long as it is so.</summary>
    private void ReportDevices()
    {
        IReadOnlyList<string> now = Devices.Problems;
        foreach (string problem in now.Where(problem => !reported.Contains(problem)))
        {
            Log.Write($"VxVM vxconfigd WARNING V-5-0-9160 DDL: {problem}");
        }

        reported = now;
    }

    private DiskDevice Describe(DiskDevice row)
    {
        DiskGroup? group = row.GroupId.Length == 0 ? null : FindGroup(row.GroupId);
        DiskRecord? disk = group?.Current.Disks.Values.FirstOrDefault(
            record => string.Equals(record.DiskId, row.Header?.DiskId, StringComparison.Ordinal) && !record.IsRemoved);
        return group is null || row.IsClone != ClonedGroups.Contains(row.GroupId)
            ? row
            : row with { GroupName = group.Name, IsImported = true, DiskMediaName = disk?.Name ?? "" };
    }
}
