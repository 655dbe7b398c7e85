using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Tests.Groups;

namespace VolMgr.Volumes.Tests.Hosts;

public sealed class HostDiskTests
{
    private const string Disk = "emc0_01f4";

    private static readonly DiskInitializeRequest Small = new() { PrivateLength = TestLab.PrivateLength };

    [Fact]
    public async Task A_new_lun_is_online_invalid_until_it_is_initialised()
    {
        VolumeHost host = await new TestLab().BootAsync();
        Assert.Equal(8, host.Disks.Count);
        Assert.Equal(DeviceStatus.OnlineInvalid, host.FindDisk(Disk)!.Status);
        GroupTest.Done(await host.InitializeDiskAsync(Disk, Small));
        DiskDevice disk = host.FindDisk(Disk)!;
        Assert.Equal(DeviceStatus.Online, disk.Status);
        Assert.Equal(disk.Node.Udid, disk.Header!.Udid);
        Assert.Equal("", disk.GroupName);
        GroupTest.Done(await host.UninitializeDiskAsync(Disk, clearHostLock: false, force: false));
        Assert.Equal(DeviceStatus.OnlineInvalid, host.FindDisk(Disk)!.Status);
    }

    [Fact]
    public async Task Disk_identities_are_never_given_twice()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        GroupTest.Done(await host.InitializeDiskAsync(Disk, Small));
        string first = host.FindDisk(Disk)!.Header!.DiskId;
        await lab.CrashAsync();
        host = await lab.BootAsync();
        GroupTest.Done(await host.InitializeDiskAsync(Disk, Small));
        Assert.NotEqual(first, host.FindDisk(Disk)!.Header!.DiskId);
    }

    [Fact]
    public async Task Unknown_and_foreign_devices_are_refused()
    {
        VolumeHost host = await new TestLab().BootAsync();
        Assert.Equal("V-5-2-43", GroupTest.Refused(await host.InitializeDiskAsync("sdz", Small)).MessageId);
        Assert.Equal(
            "V-5-2-3522", GroupTest.Refused(await host.UninitializeDiskAsync(Disk, false, false)).MessageId);
        Assert.Equal("V-5-1-539", GroupTest.Refused(await host.RemoveDeviceAsync("sdz")).MessageId);
    }

    [Fact]
    public async Task A_disk_of_an_imported_group_cannot_be_taken_away()
    {
        VolumeHost host = await new TestLab().BootAsync();
        await GroupTest.CreateGroupAsync(host);
        var force = new DiskInitializeRequest { IsForced = true, ClearsHostLock = true };
        Assert.Equal(ErrorCode.InUse, GroupTest.Refused(await host.InitializeDiskAsync(Disk, force)).Code);
        Assert.Equal(ErrorCode.InUse, GroupTest.Refused(await host.UninitializeDiskAsync(Disk, true, true)).Code);
        Assert.Equal(ErrorCode.InUse, GroupTest.Refused(await host.RemoveDeviceAsync(Disk)).Code);
    }

    [Fact]
    public async Task A_disk_of_a_deported_group_needs_force()
    {
        VolumeHost host = await new TestLab().BootAsync();
        await GroupTest.CreateGroupAsync(host);
        GroupTest.Done(await host.DeportGroupAsync("datadg", new GroupDeportRequest()));
        Assert.Contains("datadg", GroupTest.Refused(await host.InitializeDiskAsync(Disk, Small)).Message,
            StringComparison.Ordinal);
        GroupTest.Done(await host.InitializeDiskAsync(Disk, Small with { IsForced = true }));
        Assert.Equal("", host.FindDisk(Disk)!.GroupName);
    }

    [Fact]
    public async Task A_removed_device_stays_away_until_a_scan_finds_it_presented()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        GroupTest.Done(await host.RemoveDeviceAsync(Disk));
        Assert.Null(host.FindDisk(Disk));
        await host.RescanAsync();
        Assert.NotNull(host.FindDisk(Disk));
        await lab.PresentAsync(host, Disk, false);
        GroupTest.Done(await host.RemoveDeviceAsync(Disk));
        await host.RescanAsync();
        Assert.Null(host.FindDisk(Disk));
        await lab.PresentAsync(host, Disk, true);
        await host.RescanAsync();
        Assert.NotNull(host.FindDisk(Disk));
    }
}
