using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Hosts;

/// <summary>Disks that go from one group to another with everything on them (vxdg move, split, join, recover), and
/// groups that are made anew from their records (vxconfigrestore).</summary>
/// <remarks>The records are nowhere for a moment between leaving the one group and being in the other, except in the
/// host's file of pending moves, which is written first and deleted last.</remarks>
internal sealed class GroupMoves(VolumeHost host)
{
    private readonly PendingMoves pending = new(host);

    /// <summary>vxdg split.</summary>
    public async Task<Outcome> SplitAsync(
        DiskGroup source, string target, IReadOnlyList<string> objects, bool expands)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (!ObjectNames.IsLegalGroup(target) || host.FindGroup(target) is not null)
        {
            return new Refusal(
                ErrorCode.AlreadyExists,
                $"Disk group {target}: cannot create: The name is not legal, or taken",
                "V-5-1-585");
        }
        Outcome<GroupPart> part = GroupPart.Of(source.Current, objects, expands);
        Outcome<string> identity = part.IsDone
            ? await host.Engine.RunBlockingAsync(host.Identities.Next) : part.Refusal;
        if (!identity.IsDone)
        {
            return identity.Refusal;
        }
        Outcome<GroupConfiguration> left = await TakeAsync(
            source, objects, expands, record => record with { Name = target, GroupId = identity.Value });
        return left.IsDone ? await CreateAsync(left.Value) : left.Refusal;
    }

    /// <summary>vxdg move; vxdg join where no objects are named.</summary>
    public async Task<Outcome> MoveAsync(
        DiskGroup source, DiskGroup target, IReadOnlyList<string>? objects, bool expands)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        Outcome<GroupPart> part = objects is null
            ? GroupPart.Whole(source.Current) : GroupPart.Of(source.Current, objects, expands);
        Outcome<GroupConfiguration> fits = part.IsDone ? part.Value.Into(target.Current) : part.Refusal;
        if (!fits.IsDone)
        {
            return fits.Refusal;
        }
        Outcome<string> identity = await host.Engine.RunBlockingAsync(host.Identities.Next);
        if (!identity.IsDone)
        {
            return identity.Refusal;
        }
        DiskGroupRecord Record(DiskGroupRecord record) =>
            record with { Name = $"{target.Name}-moved", GroupId = identity.Value };
        Outcome<GroupConfiguration> left = objects is null
            ? await TakeAllAsync(source, Record) : await TakeAsync(source, objects, expands, Record);
        if (!left.IsDone)
        {
            return left.Refusal;
        }
        Outcome<IReadOnlyList<GroupDisk>> disks = Find(left.Value);
        Outcome joined = disks.IsDone
            ? await target.TakeInAsync(GroupPart.Whole(left.Value), disks.Value) : disks.Refusal;
        if (!joined.IsDone)
        {
            return joined.Refusal with
            {
                Message = $"{joined.Refusal.Message}; its objects are kept aside, see vxdg recover",
            };
        }
        await pending.DeleteAsync(left.Value);
        return Outcome.Done;
    }

    /// <summary>vxdg recover: groups of what a crash left on its way. Returns their names.</summary>
    public async Task<Outcome<IReadOnlyList<string>>> RecoverAsync()
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        List<string> names = [];
        foreach (GroupConfiguration part in await pending.ListAsync())
        {
            if (host.FindGroup(part.Group.GroupId) is not null)
            {
                await pending.DeleteAsync(part); // it was complete but for this
                continue;
            }
            Outcome created = await CreateAsync(part);
            if (!created.IsDone)
            {
                return created.Refusal;
            }
            names.Add(part.Group.Name);
        }
        return names;
    }

    /// <summary>Makes a group of its records on the disks that have its disk ids, or else its device names, and are in
    /// no group.</summary>
    public async Task<Outcome> RestoreAsync(GroupConfiguration records)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (host.FindGroup(records.Group.Name) is not null || host.FindGroup(records.Group.GroupId) is not null)
        {
            return new Refusal(
                ErrorCode.AlreadyExists,
                $"Disk group {records.Group.Name}: Disk group exists and is imported",
                "V-5-1-585");
        }

        // What the log volumes hold may be of another time than the records.
        return await CreateAsync(records.Volumes.Keys.Aggregate(records, VolumeOperations.ForgetDetachMaps));
    }

    /// <summary>The disks of these records; a refusal names one that is not here.</summary>
    public Outcome<IReadOnlyList<GroupDisk>> Find(GroupConfiguration records)
    {
        List<GroupDisk> found = [];
        foreach (DiskRecord disk in records.Disks.Values.Where(disk => !disk.IsRemoved))
        {
            DiskDevice[] free = [.. host.Table.Rows.Values
                .Where(row => row is { Header: not null, GroupId.Length: 0 })];
            DiskDevice? row = free.FirstOrDefault(candidate => candidate.Header!.DiskId == disk.DiskId) // filtered
                ?? free.FirstOrDefault(candidate => candidate.Name == disk.LastDeviceName);
            if (row?.Header is not { } header || header.PublicLength < disk.PublicLength)
            {
                return new Refusal(
                    ErrorCode.NotFound,
                    $"Disk {disk.Name} in group {records.Group.Name}: Disk device not found; "
                        + $"it was {disk.LastDeviceName} and must be initialised, free, and as long",
                    "V-5-1-545");
            }
            found.Add(new GroupDisk(row.Name, row.Node.Device, header));
        }
        return found;
    }

    private async Task<Outcome> CreateAsync(GroupConfiguration records)
    {
        Outcome<IReadOnlyList<GroupDisk>> disks = Find(records);
        if (!disks.IsDone)
        {
            return disks.Refusal;
        }
        DiskRecord[] present = [.. records.Disks.Values.Where(disk => !disk.IsRemoved)];
        for (int index = 0; index < present.Length; index++)
        {
            records = records.With(present[index] with
            {
                DiskId = disks.Value[index].Header.DiskId,
                LastDeviceName = disks.Value[index].DeviceName,
            });
        }
        Outcome<ConfigurationStore> store = await ConfigurationStore.CreateAsync(
            records, disks.Value, new StoreOptions { HostId = host.Name }, host.Engine);
        await host.Table.RefreshAsync(disks.Value.Select(disk => disk.DeviceName));
        if (!store.IsDone)
        {
            return store.Refusal;
        }
        var group = new DiskGroup(host, store.Value);
        host.Adopt(group);
        await pending.DeleteAsync(records);
        await group.BringUpAsync(startsVolumes: true);
        return Outcome.Done;
    }

    /// <summary>Stops what moves, keeps it aside, and takes it out of its group.</summary>
    private async Task<Outcome<GroupConfiguration>> TakeAsync(
        DiskGroup source, IReadOnlyList<string> objects, bool expands, Func<DiskGroupRecord, DiskGroupRecord> record)
    {
        Outcome<GroupPart> part = GroupPart.Of(source.Current, objects, expands);
        Outcome stopped = part.IsDone ? await source.StopAllAsync(part.Value.Volumes) : part.Refusal;
        if (!stopped.IsDone)
        {
            return stopped.Refusal;
        }
        part = GroupPart.Of(source.Current, objects, expands);
        if (!part.IsDone)
        {
            return part.Refusal;
        }
        GroupConfiguration aside = part.Value.As(record(source.Current.Group));
        Outcome written = await pending.WriteAsync(aside);
        Outcome left = written.IsDone ? await source.LetGoAsync(objects, expands) : written;
        return left.IsDone ? aside : left.Refusal;
    }

    private async Task<Outcome<GroupConfiguration>> TakeAllAsync(
        DiskGroup source, Func<DiskGroupRecord, DiskGroupRecord> record)
    {
        Outcome quiet = await source.QuiesceAsync();
        if (!quiet.IsDone)
        {
            return quiet.Refusal;
        }
        GroupConfiguration aside = GroupPart.Whole(source.Current).As(record(source.Current.Group));
        Outcome written = await pending.WriteAsync(aside);
        string[] devices = [.. source.Sites.Select(site => site.DeviceName)];
        Outcome destroyed = written.IsDone ? await source.Store.DestroyAsync() : written;
        if (!destroyed.IsDone)
        {
            await source.ReopenAsync();
            return destroyed.Refusal;
        }
        host.Release(source);
        await host.Table.RefreshAsync(devices);
        return aside;
    }
}
