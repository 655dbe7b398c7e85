using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Hosts;

/// <summary>Which disk belongs to which group, and which group to this host. One command at a time.</summary>
internal sealed class GroupMembership(VolumeHost host)
{
    private static readonly string[] ReservedNames = ["bootdg", "defaultdg", "nodg"];

    public async Task<Outcome<DiskGroup>> CreateGroupAsync(
        string name, IReadOnlyList<(string Media, string Device)> disks, GroupCreateRequest request)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (!ObjectNames.IsLegal(name) || ReservedNames.Contains(name, StringComparer.Ordinal))
        {
            return new Refusal(ErrorCode.Usage, $"Disk group {name}: cannot create: Invalid disk group name");
        }
        if (host.FindGroup(name) is not null)
        {
            return new Refusal(
                ErrorCode.AlreadyExists,
                $"Disk group {name}: cannot create: Disk group exists and is imported", "V-5-1-585");
        }
        Outcome<IReadOnlyList<GroupDisk>> members = FindFreeDisks(disks);
        if (!members.IsDone)
        {
            return members.Refusal;
        }
        Outcome<string> identity = await host.Engine.RunBlockingAsync(host.Identities.Next);
        if (!identity.IsDone)
        {
            return identity.Refusal;
        }
        Outcome<GroupConfiguration> initial = GroupDisks.NewGroup(
            name, identity.Value, request, [.. disks.Select(disk => disk.Media)], members.Value);
        if (!initial.IsDone)
        {
            return initial.Refusal;
        }
        Outcome<ConfigurationStore> store = await ConfigurationStore.CreateAsync(
            initial.Value, members.Value, new StoreOptions { HostId = host.Name }, host.Engine);
        await host.Table.RefreshAsync(disks.Select(disk => disk.Device));
        return store.IsDone ? Adopt(store.Value) : store.Refusal;
    }

    public async Task<Outcome<DiskGroup>> ImportGroupAsync(string nameOrId, GroupImportRequest request)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        string name = request.NewName ?? nameOrId;
        if (host.FindGroup(nameOrId) is not null || host.FindGroup(name) is not null)
        {
            return IsImported(nameOrId);
        }
        if (request.NewName is { } wanted && !ObjectNames.IsLegal(wanted))
        {
            return new Refusal(ErrorCode.Usage, $"Disk group {wanted}: import failed: Invalid disk group name");
        }
        await host.Table.RefreshAsync(host.Table.Rows.Keys);
        DiskDevice[] rows = [.. host.Table.Rows.Values.Where(row => IsOf(row, nameOrId))];
        string[] ids = [.. rows.Select(row => row.GroupId).Distinct(StringComparer.Ordinal)];
        if (ids.Length > 1)
        {
            return new Refusal(
                ErrorCode.Usage,
                $"Disk group {nameOrId}: import failed: {ids.Length} groups have this name; use one of the group ids "
                + string.Join(", ", ids));
        }
        return ids is [var id] && host.FindGroup(id) is not null
            ? IsImported(nameOrId) // under a name that holds for that import only
            : await ImportAsync(rows, nameOrId, request);
    }

    public async Task<Outcome> DeportGroupAsync(string name, GroupDeportRequest request)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (host.FindGroup(name) is not { } group)
        {
            return NoGroup(name);
        }
        if (request.NewName is { } wanted && !ObjectNames.IsLegal(wanted))
        {
            return new Refusal(ErrorCode.Usage, $"Disk group {wanted}: deport failed: Invalid disk group name");
        }
        Outcome stopped = await group.QuiesceAsync();
        if (!stopped.IsDone)
        {
            return stopped;
        }
        return await LetGoAsync(group, () => group.Store.DeportAsync(request.NewHostId, request.NewName));
    }

    public async Task<Outcome> DestroyGroupAsync(string name)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (host.FindGroup(name) is not { } group)
        {
            return NoGroup(name);
        }
        Outcome stopped = await group.QuiesceAsync();
        return stopped.IsDone ? await LetGoAsync(group, group.Store.DestroyAsync) : stopped;
    }

    public async Task AutoImportAsync()
    {
        var byGroup = host.Table.Rows.Values
            .Where(row => row.GroupId.Length > 0 && row.Header is { } header
                && string.Equals(header.HostId, host.Name, StringComparison.Ordinal) && !header.IsNoAutoImport)
            .GroupBy(row => row.GroupId, StringComparer.Ordinal)
            .OrderBy(rows => rows.First().GroupName, StringComparer.Ordinal)
            .ThenBy(rows => rows.Key, StringComparer.Ordinal);
        foreach (IGrouping<string, DiskDevice> rows in byGroup)
        {
            DiskDevice first = rows.First();
            if (host.FindGroup(first.GroupName) is not null)
            {
                host.Log.Write(
                    "VxVM vxconfigd ERROR V-5-1-571 Disk group "
                    + $"{first.GroupName}, Disk {first.Name}: Skip disk group with duplicate name");
                continue;
            }
            DiskDevice[] candidates = [.. host.Table.Rows.Values.Where(
                row => string.Equals(row.GroupId, rows.Key, StringComparison.Ordinal))];
            Outcome<DiskGroup> imported = await ImportAsync(
                candidates,
                first.GroupName,
                new GroupImportRequest { LeavesUnrecovered = host.Options.LeavesUnrecovered });
            if (!imported.IsDone)
            {
                host.Log.Write(
                    $"VxVM vxconfigd ERROR V-5-1-569 Disk group {first.GroupName}, Disk {first.Name}: "
                    + $"Cannot auto-import group: {imported.Refusal.Message}");
            }
        }
    }

    /// <summary>The disks that may join a group, in the order asked for. A disk that left the group while it could not
    /// be written still says that it belongs to it, and may come back.</summary>
    internal Outcome<IReadOnlyList<GroupDisk>> FindFreeDisks(
        IReadOnlyList<(string Media, string Device)> disks, DiskGroup? into = null)
    {
        List<GroupDisk> members = [];
        foreach ((_, string device) in disks)
        {
            if (host.FindDisk(device) is not { } disk)
            {
                return NoDevice(device);
            }
            if (disk.Node.IsBootDisk)
            {
                return new Refusal(
                    ErrorCode.InUse,
                    $"Device {device} is the boot disk of the host; it is not for the volume manager.");
            }
            if (disk.Header is null)
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"Device {device}: Disk group adddisk failed: Disk is not initialised; use vxdisksetup -i {device}",
                    "V-5-1-543");
            }
            if (disk.GroupId.Length > 0 && into?.IsFormerMember(disk) != true)
            {
                return new Refusal(
                    ErrorCode.InUse,
                    $"Device {device} appears to be owned by disk group {disk.GroupName}.", "V-5-1-2349");
            }
            if (members.Exists(member => string.Equals(member.DeviceName, device, StringComparison.Ordinal)))
            {
                return new Refusal(ErrorCode.Usage, $"Device {device}: named twice");
            }
            members.Add(new GroupDisk(device, host.Table.PrivateRegion(disk.Node), disk.Header));
        }
        return members;
    }

    private async Task<Outcome<DiskGroup>> ImportAsync(
        DiskDevice[] rows, string asked, GroupImportRequest request)
    {
        var options = new ImportOptions
        {
            HostId = host.Name,
            Group = asked,
            Force = request.IsForced,
            ClearHostLock = request.ClearsHostLock,
            NewName = request.NewName,
            IsTemporary = request.IsTemporary,
        };
        DiskDevice[] meant = [.. rows.Where(row => row.IsClone == request.UsesClones)];
        if (meant.Length == 0 && rows.Length > 0)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Disk group {asked}: import failed: " + (request.UsesClones
                    ? "None of its disks is a clone; leave out -o useclonedev=on"
                    : "All its disks are clones (udid_mismatch); use -o useclonedev=on to import them"),
                "V-5-1-10978");
        }
        rows = meant;
        foreach (DiskDevice row in rows.Where(row => request.UpdatesIdentities && row.IsClone))
        {
            Invariant.Holds(row.Header is not null);
            DiskHeaderWritten written = await VmDisk.WriteHeaderAsync(
                host.Table.PrivateRegion(row.Node),
                row.Header with { Udid = row.Node.Udid },
                CancellationToken.None);
            if (written.Status != IoStatus.Success)
            {
                return new Refusal(
                    ErrorCode.InputOutput,
                    $"Disk group {asked}: import failed: {row.Name}: {written.Status.Describe()}");
            }
        }
        if (request.UpdatesIdentities)
        {
            await host.Table.RefreshAsync(rows.Select(row => row.Name));
            rows = [.. rows.Select(row => host.FindDisk(row.Name) ?? row)];
            request = request with { UsesClones = false };
        }
        string[] ids = [.. rows.Select(row => row.GroupId)];
        host.ClonedGroups = request.UsesClones ? host.ClonedGroups.Union(ids) : host.ClonedGroups.Except(ids);
        List<GroupDisk> candidates = [];
        foreach (DiskDevice row in rows)
        {
            Invariant.Holds(row.Header is not null);
            candidates.Add(new GroupDisk(row.Name, host.Table.PrivateRegion(row.Node), row.Header));
        }
        Outcome<ConfigurationStore> store = await ConfigurationStore.ImportAsync(candidates, options, host.Engine);
        await host.Table.RefreshAsync(rows.Select(row => row.Name));
        if (!store.IsDone)
        {
            return store.Refusal;
        }
        await host.Options.Steps.ReachedAsync(DataPathStep.ImportChosen, 0, 0);
        DiskGroup group = Adopt(store.Value);
        await group.BringUpAsync(startsVolumes: !request.LeavesVolumesStopped, request.LeavesUnrecovered);
        return group;
    }

    private DiskGroup Adopt(ConfigurationStore store)
    {
        var group = new DiskGroup(host, store);
        host.Adopt(group);
        return group;
    }

    private async Task<Outcome> LetGoAsync(DiskGroup group, Func<Task<Outcome>> end)
    {
        string[] devices = [.. group.Sites.Select(site => site.DeviceName)];
        Outcome ended = await end();
        if (ended.IsDone)
        {
            host.Release(group);
        }
        else
        {
            await group.ReopenAsync();
        }
        await host.Table.RefreshAsync(devices);
        return ended;
    }

    private static bool IsOf(DiskDevice row, string nameOrId) =>
        row.GroupId.Length > 0
        && (string.Equals(row.GroupId, nameOrId, StringComparison.Ordinal)
            || string.Equals(row.GroupName, nameOrId, StringComparison.Ordinal));

    private static Refusal IsImported(string nameOrId) => new(
        ErrorCode.AlreadyExists,
        $"Disk group {nameOrId}: import failed: Disk group exists and is imported", "V-5-1-19179");

    internal static Refusal NoDevice(string da) => new(
        ErrorCode.NotFound, $"Device {da}: get_contents failed: Disk device does not exist", "V-5-1-539");

    private static Refusal NoGroup(string name) => new(
        ErrorCode.NotFound, $"vxdg: Disk group {name}: No such disk group", "V-5-1-2275");
}
