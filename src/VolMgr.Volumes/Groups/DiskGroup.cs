using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// An imported disk group: its records, its started volumes, and every operation on them.
/// </summary>
/// <remarks>
/// An operation is refused with nothing changed, or carried out whole. Operations on one volume follow one another; a
/// copy that runs on after its command holds the volume by tutil0, and operations that change its plexes are refused
/// with <see cref="ErrorCode.Locked"/> meanwhile. Names are looked up once, at the begin; from then on records are
/// known by id. README.md of the room tells the life of an operation.
/// </remarks>
public sealed partial class DiskGroup
{
    private readonly GroupCore core;
    private readonly DiskMembership disks;
    private readonly VolumeLife life;
    private readonly PlexRemovals removals;
    private readonly VolumeSizing sizing;
    private readonly VolumeLogs logs;
    private readonly ObjectEdits edits;

    internal DiskGroup(VolumeHost host, ConfigurationStore store)
    {
        core = new GroupCore(host, store);
        disks = new DiskMembership(core, this);
        life = core.Life;
        removals = new PlexRemovals(core);
        sizing = new VolumeSizing(core);
        logs = new VolumeLogs(core);
        edits = new ObjectEdits(core);
        core.Disks.Bind();
    }

    /// <summary>Name.</summary>
    public string Name => Current.Group.Name;

    /// <summary>Identity.</summary>
    public string GroupId => Current.Group.GroupId;

    /// <summary>The records of the newest durable generation.</summary>
    public GroupConfiguration Current => core.Current;

    /// <summary>Number of that generation.</summary>
    public long Generation => Store.Generation;

    /// <summary>The durable configuration.</summary>
    public ConfigurationStore Store => core.Store;

    /// <summary>The host.</summary>
    public VolumeHost Host => core.Host;

    /// <summary>What the host knows of the group's disks.</summary>
    public IReadOnlyList<DiskSite> Sites => core.Disks.Sites;

    /// <summary>The started volume of that name, or null unless it is ENABLED. A client that keeps it uses
    /// <see cref="VolumeDevice.Open"/>, so that stop, removal and deport know of it.</summary>
    public VolumeDevice? OpenVolume(string volume) =>
        Current.FindVolume(volume) is { } record ? core.Started.Find(record.Id) : null;

    /// <summary>Adds disks (vxdg adddisk); with <paramref name="replaces"/> they take the place of removed or failed
    /// disks of these names (<c>-k</c>).</summary>
    public Task<Outcome> AddDisksAsync(IReadOnlyList<(string Media, string Device)> members, bool replaces = false) =>
        disks.AddAsync(members, replaces);

    /// <summary>Removes a disk (vxdg rmdisk); with <paramref name="keepRecord"/> its record and its subdisks stay
    /// without a device and its plexes become REMOVED (<c>-k</c>).</summary>
    public Task<Outcome> RemoveDiskAsync(string media, bool keepRecord) => disks.RemoveAsync(media, keepRecord);

    /// <summary>
    /// Creates a volume and starts it (vxassist make). <see cref="VolumeInit.Sync"/> of a mirrored volume clears all
    /// its plexes: they are equal at once, at no cost on sparse LUNs, and no old data of a reused LUN shows up.
    /// </summary>
    public Task<Outcome> CreateVolumeAsync(VolumeRequest request) => life.CreateAsync(request);

    /// <summary>Stops and removes a volume with its plexes and subdisks. Copies onto it are a refusal, or aborted by
    /// force; an open volume is always a refusal.</summary>
    public Task<Outcome> RemoveVolumeAsync(string volume, bool force) => life.RemoveAsync(volume, force);

    /// <summary>Starts a volume (vxvol start). What needs recovery is recovered in the background unless
    /// <paramref name="leavesUnrecovered"/>; reads are right in either case.</summary>
    public Task<Outcome> StartVolumeAsync(string volume, bool leavesUnrecovered = false) =>
        life.StartAsync(volume, leavesUnrecovered);

    /// <summary>
    /// Stops a volume (vxvol stop). Open clients and running copies are a refusal, or are cut off by force.
    /// </summary>
    public Task<Outcome> StopVolumeAsync(string volume, bool force) => life.StopAsync(volume, force);

    /// <summary>Declares the contents of an EMPTY volume (vxvol init active|zero) and starts it.</summary>
    public Task<Outcome> InitializeVolumeAsync(string volume, VolumeInit init) => life.InitializeAsync(volume, init);

    /// <summary>
    /// Adds a plex and copies the volume to it (vxassist mirror). Returns when the copy runs; the task completes after
    /// the plex is ACTIVE, or backed out.
    /// </summary>
    public Task<Outcome<VolumeTask>> AddMirrorAsync(MirrorRequest request, CopyOptions options) =>
        core.Attaches.AddMirrorAsync(request, options);

    /// <summary>
    /// Attaches a dissociated or stale plex (vxplex att). A stopped volume takes it as STALE: no task then.
    /// </summary>
    public Task<Outcome<VolumeTask?>> AttachPlexAsync(string volume, string plex, CopyOptions options) =>
        core.Attaches.AttachAsync(volume, plex, options);

    /// <summary>Takes a plex out of use; it stays associated and STALE (vxplex det).</summary>
    public Task<Outcome> DetachPlexAsync(string? volume, string plex, bool force) =>
        removals.DetachAsync(volume, plex, force);

    /// <summary>Takes a plex out of its volume (vxplex dis); with <paramref name="remove"/> plex and subdisks are
    /// deleted (<c>-o rm</c>).</summary>
    public Task<Outcome> DissociatePlexAsync(string? volume, string plex, bool remove, bool force) =>
        removals.DissociateAsync(volume, plex, remove, force);

    /// <summary>Removes plexes of a volume (vxassist remove mirror): those that use an excluded disk; else those
    /// outside the included ones; down to <paramref name="remaining"/>, or by one.</summary>
    public Task<Outcome> RemoveMirrorAsync(string volume, StorageSpecification storage, int? remaining) =>
        removals.RemoveMirrorAsync(volume, storage, remaining);

    /// <summary>Converts a mirrored volume to a layered one (stripe-mirror, concat-mirror) or back, without a copy
    /// (vxassist convert).</summary>
    public Task<Outcome> ConvertVolumeAsync(string volume, bool isLayered) => life.ConvertAsync(volume, isLayered);

    /// <summary>Grows a volume; the new area reads as zeroes on all plexes.</summary>
    public Task<Outcome> GrowAsync(string volume, long newLength, StorageSpecification storage) =>
        sizing.GrowAsync(volume, newLength, storage);

    /// <summary>Shrinks a volume; what is beyond the new end is lost.</summary>
    public Task<Outcome> ShrinkAsync(string volume, long newLength) => sizing.ShrinkAsync(volume, newLength);

    /// <summary>The largest volume that the request could have, in bytes.</summary>
    public Outcome<long> MaximumSize(VolumeRequest request) => sizing.MaximumSize(request);

    /// <summary>The largest length that the volume could be grown to.</summary>
    public Outcome<long> MaximumGrow(string volume, StorageSpecification storage) =>
        sizing.MaximumGrow(volume, storage);

    /// <summary>Adds a dirty region log (vxassist addlog).</summary>
    public Task<Outcome> AddLogAsync(LogRequest request) => logs.AddAsync(request);

    /// <summary>Removes log plexes that the specification offers, down to <paramref name="remaining"/> (vxassist remove
    /// log).</summary>
    public Task<Outcome> RemoveLogAsync(string volume, StorageSpecification storage, int remaining = 0) =>
        logs.RemoveAsync(volume, storage, remaining);

    /// <summary>Prepares a volume for FastResync (vxsnap prepare): plexes that are detached from now on come back by
    /// copying what was changed meanwhile.</summary>
    public Task<Outcome> PrepareAsync(DcoRequest request) => core.Dcos.PrepareAsync(request);

    /// <summary>Takes that back (vxsnap unprepare).</summary>
    public Task<Outcome> UnprepareAsync(string volume) => core.Dcos.UnprepareAsync(volume);

    /// <summary>Whether plexes that are detached from now on are tracked (vxvol set fastresync=).</summary>
    public Task<Outcome> SetTrackingAsync(string volume, bool isTracking) =>
        core.Dcos.SetTrackingAsync(volume, isTracking);

    /// <summary>Bytes that a detached plex has missed, as far as a map knows; null: it is not tracked.</summary>
    public long? MissedBytes(string plex) =>
        Current.FindPlex(plex) is { VolumeId: { } volume } record && core.Started.Find(volume) is { } device
            ? core.Dcos.MissedBy(device, record.Id)?.Sum(range => range.Length)
            : null;

    /// <summary>Sets the read policy (vxvol rdpol).</summary>
    public Task<Outcome> SetReadPolicyAsync(string volume, ReadPolicy policy, string? preferredPlex) =>
        edits.SetReadPolicyAsync(volume, policy, preferredPlex);

    /// <summary>Makes all plexes of a started volume equal (vxvol resync), in the background.</summary>
    public Task<Outcome<VolumeTask>> ResyncAsync(string volume, CopyOptions options) =>
        core.Recoveries.ResyncAsync(volume, options);

    /// <summary>Recovers volumes (vxrecover): starts them if asked, makes mirrors equal, attaches stale plexes. The
    /// parent task ends with the last of it; null when there was nothing to do.</summary>
    public Task<Outcome<VolumeTask?>> RecoverAsync(RecoverRequest request) => core.Recoveries.RecoverAsync(request);

    /// <summary>Declares the contents of a plex of a stopped volume (vxmend fix clean, active, stale). Two ACTIVE
    /// plexes are made equal by the next start.</summary>
    public Task<Outcome> FixPlexAsync(string plex, PlexFix fix) => edits.FixPlexAsync(plex, fix);

    /// <summary>Forgets what is known about the contents of a stopped volume (vxmend fix empty).</summary>
    public Task<Outcome> FixEmptyAsync(string volume) => edits.FixEmptyAsync(volume);

    /// <summary>Takes a plex out of use until <see cref="MendOnAsync"/> (vxmend off).</summary>
    public Task<Outcome> MendOffAsync(string plex, bool force) => edits.MendOffAsync(plex, force);

    /// <summary>Lets a plex be recovered again (vxmend on).</summary>
    public Task<Outcome> MendOnAsync(string plex) => edits.MendOnAsync(plex);

    /// <summary>Clears <c>tutil0</c>, <c>putil0</c> or <c>all</c> of records (vxmend clear). A copy that is running
    /// keeps its volume locked all the same.</summary>
    public Task<Outcome> ClearUtilityAsync(string field, IReadOnlyList<string> names) =>
        edits.ClearUtilityAsync(field, names);

    /// <summary>Renames a record (vxedit rename).</summary>
    public Task<Outcome> RenameAsync(string oldName, string newName) => edits.RenameAsync(oldName, newName);

    /// <summary>Sets attributes of a record, all or none (vxedit set).</summary>
    public Task<Outcome> SetAttributesAsync(
        string name, IReadOnlyList<KeyValuePair<string, string>> attributes) =>
        edits.SetAttributesAsync(name, attributes);

    /// <summary>Removes a plex, a subdisk or a volume (vxedit rm): with <paramref name="recursive"/> what it consists
    /// of too, with <paramref name="force"/> although it is in use by a volume or started.</summary>
    public Task<Outcome> RemoveObjectAsync(string name, bool recursive, bool force) =>
        Current.FindVolume(name) is { KernelState: VolumeKernelState.Enabled } && recursive && force
            ? life.RemoveAsync(name, force)
            : edits.RemoveAsync(name, recursive, force);

    /// <summary>Compares the plexes of a started volume while it is in use.</summary>
    public Task<Outcome<VerifyResult>> VerifyAsync(
        string volume, IProgress<long>? progress, CancellationToken token) =>
        core.Recoveries.VerifyAsync(volume, progress, token);

    /// <summary>Resolves what a crash left, and starts the volumes with their recovery in the background.</summary>
    internal Task BringUpAsync(bool startsVolumes, bool leavesUnrecovered = false) =>
        life.BringUpAsync(startsVolumes, leavesUnrecovered);

    /// <summary>Stops everything so that the group can be given up, or refuses with everything as it was.</summary>
    internal Task<Outcome> QuiesceAsync() => life.QuiesceAsync();

    /// <summary>The group could not be given up: its volumes start again.</summary>
    internal Task ReopenAsync() => life.ReopenAsync();

    /// <summary>Goes down with the host.</summary>
    internal Task ShutdownAsync() => life.ShutdownAsync();

    /// <summary>Whether the disk names this group and is none of its disks any more.</summary>
    internal bool IsFormerMember(DiskDevice disk) =>
        string.Equals(disk.GroupId, GroupId, StringComparison.Ordinal)
        && !Current.Disks.Values.Any(record => !record.IsRemoved
            && string.Equals(record.DiskId, disk.Header?.DiskId, StringComparison.Ordinal));

    /// <summary>After a scan: takes back disks whose devices came back.</summary>
    internal Task BindReturnedDisksAsync() => disks.BindReturnedAsync();
}
