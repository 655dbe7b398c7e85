using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Hosts;

/// <summary>Makes devices VM disks and takes that back; one command at a time. A disk of an imported group is never
/// touched, one of a group that is not imported, or is locked by another host, only by force.</summary>
internal sealed class DiskPreparation(VolumeHost host)
{
    public async Task<Outcome> InitializeDiskAsync(string da, DiskInitializeRequest request)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (host.FindDisk(da) is not { } disk)
        {
            return new Refusal(ErrorCode.NotFound, $"{da}: Invalid disk device for vxdisksetup", "V-5-2-43");
        }
        if (CheckFree(disk, request.IsForced, request.ClearsHostLock) is { } refusal)
        {
            return refusal;
        }
        Outcome<string> identity = await host.Engine.RunBlockingAsync(host.Identities.Next);
        if (!identity.IsDone)
        {
            return identity.Refusal;
        }
        var options = new VmDiskOptions { DeviceName = da, DiskId = identity.Value, Udid = disk.Node.Udid };
        Outcome<DiskHeader> header = await VmDisk.InitializeAsync(
            host.Table.PrivateRegion(disk.Node),
            request.PrivateLength is { } length ? options with { PrivateLength = length } : options,
            host.Engine,
            CancellationToken.None);
        await host.Table.RefreshAsync([da]);
        return header.IsDone ? Outcome.Done : header.Refusal;
    }

    public async Task<Outcome> UninitializeDiskAsync(string da, bool clearHostLock, bool force)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (host.FindDisk(da) is not { } disk)
        {
            return GroupMembership.NoDevice(da);
        }
        if (disk.Status == DeviceStatus.OnlineInvalid)
        {
            return new Refusal(ErrorCode.Usage, $"{da}: Disk is not a volume manager disk", "V-5-2-3522");
        }
        if (CheckFree(disk, force, clearHostLock) is { } refusal)
        {
            return refusal;
        }
        IoStatus status = await VmDisk.ClearAsync(
            host.Table.PrivateRegion(disk.Node), CancellationToken.None);
        await host.Table.RefreshAsync([da]);
        return status == IoStatus.Success
            ? Outcome.Done
            : new Refusal(ErrorCode.InputOutput, $"{da}: cannot remove the disk header: {status}");
    }

    public async Task<Outcome> RemoveDeviceAsync(string da)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (host.FindDisk(da) is not { } disk)
        {
            return GroupMembership.NoDevice(da);
        }
        if (disk.IsImported)
        {
            return new Refusal(
                ErrorCode.InUse, $"Device {da}: remove failed: Device is in use by disk group {disk.GroupName}");
        }
        host.Table.Forget(da);
        return Outcome.Done;
    }

    public async Task<Outcome> TakeOfflineAsync(string da)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (host.FindDisk(da) is not { } disk)
        {
            return GroupMembership.NoDevice(da);
        }
        if (disk.IsImported)
        {
            return new Refusal(
                ErrorCode.InUse, $"Device {da}: offline failed: Device is in use by disk group {disk.GroupName}");
        }
        return await SetOfflineAsync(disk, isOffline: true);
    }

    public async Task<Outcome> PutOnlineAsync(string da)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (host.FindDisk(da) is not { } disk)
        {
            return GroupMembership.NoDevice(da);
        }
        Outcome set = await SetOfflineAsync(disk, isOffline: false);
        foreach (DiskGroup group in set.IsDone ? host.Groups : [])
        {
            await group.BindReturnedDisksAsync();
        }
        return set.IsDone && host.FindDisk(da) is { Status: DeviceStatus.Error }
            ? new Refusal(ErrorCode.InputOutput, $"Device {da}: online failed: Device path not valid", "V-5-1-531")
            : set;
    }

    /// <summary>Clears the lock of a host in the header.</summary>
    public Task<Outcome> ClearImportAsync(string da) =>
        RewriteAsync(da, "clearimport", (_, header) => header with { HostId = "" });

    /// <summary>Writes the identity of the LUN into the header: it is no clone any more.</summary>
    public Task<Outcome> UpdateIdentityAsync(string da) =>
        RewriteAsync(da, "updateudid", (node, header) => header with { Udid = node.Udid });

    private async Task<Outcome> RewriteAsync(string da, string what, Func<DmpNode, DiskHeader, DiskHeader> change)
    {
        using IDisposable turn = await host.MembershipGate.EnterAsync();
        if (host.FindDisk(da) is not { } disk)
        {
            return GroupMembership.NoDevice(da);
        }
        if (disk.IsImported)
        {
            return new Refusal(
                ErrorCode.InUse, $"Device {da}: {what} failed: Device is in use by disk group {disk.GroupName}");
        }
        if (disk.Header is not { } header)
        {
            return new Refusal(ErrorCode.InvalidState, $"Device {da}: {what} failed: Disk device is not online");
        }
        DiskHeaderWritten written = await VmDisk.WriteHeaderAsync(
            host.Table.PrivateRegion(disk.Node), change(disk.Node, header), CancellationToken.None);
        await host.Table.RefreshAsync([da]);
        return written.Status == IoStatus.Success
            ? Outcome.Done
            : new Refusal(ErrorCode.InputOutput, $"Device {da}: {what} failed: {written.Status.Describe()}");
    }

    private async Task<Outcome> SetOfflineAsync(DiskDevice disk, bool isOffline)
    {
        Outcome set = await host.Engine.RunBlockingAsync(() => host.Offline.Set(disk.Node.Udid, isOffline));
        if (set.IsDone)
        {
            await host.Table.RefreshAsync([disk.Name]);
        }
        return set;
    }

    private static Refusal? CheckFree(DiskDevice disk, bool force, bool clearHostLock)
    {
        if (disk.Status == DeviceStatus.Offline)
        {
            return new Refusal(
                ErrorCode.InUse, $"Device {disk.Name}: Device is offline; vxdisk online brings it back");
        }
        if (disk.Status == DeviceStatus.Error && !disk.Node.IsReachable)
        {
            return new Refusal(ErrorCode.InputOutput, $"Device {disk.Name}: Device path not valid", "V-5-1-531");
        }
        if (disk.Node.IsBootDisk)
        {
            return new Refusal(
                ErrorCode.InUse, $"{disk.Name}: Disk is the boot disk of the host; it is not for the volume manager");
        }
        if (disk.IsImported)
        {
            return new Refusal(
                ErrorCode.InUse,
                $"{disk.Name}: Disk is part of the {disk.GroupName} disk group, remove it from the group "
                + "with vxdg rmdisk first",
                "V-5-2-57");
        }
        if (disk.Header is { HostId.Length: > 0 } header && !clearHostLock)
        {
            return new Refusal(
                ErrorCode.InUse,
                $"{disk.Name}: Disk is in use by host {header.HostId}, use -C option to clear the lock",
                "V-5-2-57");
        }
        return disk.GroupId.Length == 0 || force
            ? null
            : new Refusal(
                ErrorCode.InUse,
                $"{disk.Name}: Disk is part of the {disk.GroupName} disk group, use -f option to force setup.",
                "V-5-2-57");
    }
}
