using System.Collections.Immutable;
using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Groups;

/// <summary>A disk of a group bound to the device that carries its identity.</summary>
/// <param name="Node">The device.</param>
/// <param name="Header">Its header.</param>
/// <param name="PublicRegion">Where subdisks lie.</param>
/// <param name="Copies">Records of copies to plexes on this disk.</param>
/// <param name="PrivateRegion">Where its header and its copy of the configuration lie.</param>
internal sealed record BoundDisk(
    DmpNode Node,
    DiskHeader Header,
    IExtentDevice PublicRegion,
    CopyRecordArea Copies,
    PrivateRegionDevice PrivateRegion);

/// <summary>
/// Which device is which disk of the group: bound by the disk id in the header, never by a name. A disk whose device
/// did not appear yet is not bound; one whose device stops answering stays bound, and its I/O fails.
/// </summary>
internal sealed class GroupDisks(VolumeHost host, ConfigurationStore store)
{
    private ImmutableSortedDictionary<RecordId, BoundDisk> bound = ImmutableSortedDictionary<RecordId, BoundDisk>.Empty;

    /// <summary>What the host knows of each disk that is in the group and not removed.</summary>
    public IReadOnlyList<DiskSite> Sites =>
        SitesOf(TargetNames.Of(host.Devices.Nodes));

    /// <summary>Whether the disk has a device that answers.</summary>
    public bool IsHere(RecordId disk) => bound.TryGetValue(disk, out BoundDisk? found) && found.Node.IsReachable;

    /// <summary>The disks that have a device that answers.</summary>
    public IReadOnlyList<RecordId> Here => [.. bound.Keys.Where(IsHere)];

    /// <summary>The device of a disk, or null.</summary>
    public BoundDisk? Find(RecordId disk) => bound.GetValueOrDefault(disk);

    /// <summary>The public region of a disk; one that is not bound answers that it is not reachable.</summary>
    public IExtentDevice PublicRegion(RecordId disk) =>
        disk == default ? GapDevice.Instance
            : bound.TryGetValue(disk, out BoundDisk? found) ? found.PublicRegion
            : new AbsentDevice(store.Current.Disks.TryGetValue(disk, out DiskRecord? record) ? record.PublicLength : 0);

    /// <summary>Binds every disk whose device is here and not yet bound; returns those that were not.</summary>
    public IReadOnlyList<RecordId> Bind()
    {
        List<RecordId> found = [];
        foreach (DiskRecord disk in store.Current.Disks.Values)
        {
            if (disk.IsRemoved || bound.ContainsKey(disk.Id))
            {
                continue;
            }
            DiskDevice? row = host.Table.Rows.Values.FirstOrDefault(
                candidate => candidate.Header is { } header
                    && candidate.IsClone == host.ClonedGroups.Contains(store.Current.Group.GroupId)
                    && string.Equals(header.DiskId, disk.DiskId, StringComparison.Ordinal)
                    && string.Equals(header.GroupId, store.Current.Group.GroupId, StringComparison.Ordinal)
                    && (header.HostId.Length == 0
                        || string.Equals(header.HostId, host.Name, StringComparison.Ordinal)));
            if (row?.Header is { } valid)
            {
                bound = bound.Add(disk.Id, Open(row.Node, valid));
                found.Add(disk.Id);
            }
        }
        return found;
    }

    /// <summary>Forgets the devices of disks that are no longer in the group, or are another device now.</summary>
    public void Unbind() => bound = bound.RemoveRange(bound
        .Where(pair => !store.Current.Disks.TryGetValue(pair.Key, out DiskRecord? disk) || disk.IsRemoved
            || !string.Equals(disk.DiskId, pair.Value.Header.DiskId, StringComparison.Ordinal))
        .Select(pair => pair.Key).ToList());

    /// <summary>Disks that answer and hold no copy of the configuration: they came back.</summary>
    public IReadOnlyList<GroupDisk> ReturnedDisks()
    {
        HashSet<string> holders = [.. store.Holders.Select(holder => holder.DiskId)];
        return [.. bound.Values
            .Where(disk => disk.Node.IsReachable && !disk.PrivateRegion.IsSuspended)
            .Where(disk => !holders.Contains(disk.Header.DiskId))
            .Select(disk => new GroupDisk(disk.Node.Name, disk.PrivateRegion, disk.Header))];
    }

    private IReadOnlyList<DiskSite> SitesOf(TargetNames targets) =>
        [.. store.Current.Disks.Values.Where(disk => !disk.IsRemoved).Select(disk => Site(disk, targets))];

    private DiskSite Site(DiskRecord disk, TargetNames targets) => bound.TryGetValue(disk.Id, out BoundDisk? found)
        ? new DiskSite(
            disk.Id,
            found.Node.Name,
            found.Node.Enclosure.Name,
            [.. found.Node.Paths.Select(path => path.Controller).Distinct(StringComparer.Ordinal)],
            found.Node.IsReachable)
        {
            Targets = [.. found.Node.Paths.Select(targets.Of).Distinct(StringComparer.Ordinal)],
        }
        : new DiskSite(disk.Id, disk.LastDeviceName, "", [], false);

    private BoundDisk Open(DmpNode node, DiskHeader header)
    {
        PrivateRegionDevice privateRegion = host.Table.PrivateRegion(node);
        return new BoundDisk(
            node,
            header,
            new SubrangeDevice(node.Device, header.PublicOffset, header.PublicLength),
            new CopyRecordArea(privateRegion, header),
            privateRegion);
    }

    /// <summary>The records of a new group on these disks.</summary>
    public static Outcome<GroupConfiguration> NewGroup(
        string name,
        string groupId,
        GroupCreateRequest request,
        IReadOnlyList<string> media,
        IReadOnlyList<GroupDisk> disks)
    {
        DiskGroupRecord group = new()
        {
            Name = name,
            GroupId = groupId,
            Version = request.Version,
            IsCds = request.IsCds,
        };
        group = request.BaseMinor is { } minor ? group with { BaseMinor = minor } : group;
        if (disks.Count == 0)
        {
            return new Refusal(ErrorCode.Usage, $"Disk group {name}: cannot create: No disk is named");
        }
        return DiskMembership.Add(new GroupConfiguration { Group = group }, media, disks, replaces: false);
    }
}
