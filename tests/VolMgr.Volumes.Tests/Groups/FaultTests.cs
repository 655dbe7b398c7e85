using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

public sealed class FaultTests
{
    [Fact]
    public async Task A_plex_that_misses_a_write_is_out_on_disk_before_the_write_returns()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01 new01", mirrors: 2);
        await lab.PresentAsync(host, "emc0_01f4", false);
        byte[] data = Pattern(1, 8192);
        await WriteAsync(volume, 0, data);
        await lab.CrashAsync();
        await lab.PresentAsync(host, "emc0_01f4", true);
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        await SettleAsync(host);
        PlexRecord missed = group.Current.Plexes.Values.Single(plex =>
            group.Current.SubdisksOf(plex.Id).Any(sd => group.Current.Disks[sd.DiskId].Name == "dg01"));
        Assert.Equal((PlexState.IoFail, false), (missed.State, missed.KernelState == PlexKernelState.Enabled));
        Assert.Equal(data, await ReadAsync(Open(group, "vol01"), 0, data.Length));
        await CompletesAsync(Value(await group.AttachPlexAsync("vol01", missed.Name, new CopyOptions()))!);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task The_last_plex_stays_and_the_client_gets_the_error()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01");
        await WriteAsync(volume, 0, Pattern(1, 4096));
        lab.Lun("emc0_01f4").Faults.Add(FaultRule.InRange(
            4 << 20, 8 << 20, DeviceOperations.Write, IoStatus.MediaError));
        IoStatus status = await volume.WriteAsync(3 * MiB, Pattern(2, 4096), WriteFlags.None, CancellationToken.None);
        Assert.Equal(IoStatus.MediaError, status);
        Assert.Equal((PlexState.Active, PlexKernelState.Enabled), (
            Plex(group, "vol01-01").State, Plex(group, "vol01-01").KernelState));
        Assert.Equal(Pattern(1, 4096), await ReadAsync(volume, 0, 4096));
    }

    [Fact]
    public async Task A_disk_removed_for_replacement_takes_its_plexes_out_and_brings_them_back()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice one = await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01 new01", mirrors: 2);
        VolumeDevice two = await CreateVolumeAsync(group, "vol02", 4 * MiB, "dg01 new01", mirrors: 2);
        Assert.Equal("V-5-1-552", Refused(await group.RemoveDiskAsync("dg01", keepRecord: false)).MessageId);
        Done(await group.RemoveDiskAsync("dg01", keepRecord: true));
        Assert.Equal(2, group.Current.Plexes.Values.Count(plex => plex.State == PlexState.Removed));
        Assert.Single(one.Plexes.Members);
        await WriteAsync(one, 0, Pattern(1, 65536));
        await WriteAsync(two, 0, Pattern(2, 65536));
        Assert.Equal(ErrorCode.LastPlex, Refused(await group.RemoveDiskAsync("new01", keepRecord: true)).Code);
        Done(await host.InitializeDiskAsync(
            "emc0_01f7", new DiskInitializeRequest { PrivateLength = TestLab.PrivateLength }));
        Done(await group.AddDisksAsync([("dg01", "emc0_01f7")], replaces: true));
        await CompletesAsync(Value(await group.RecoverAsync(new RecoverRequest()))!);
        await PlexesAreEqualAsync(group, "vol01", 2);
        await PlexesAreEqualAsync(group, "vol02", 2);
    }

    [Fact]
    public async Task Disks_are_added_and_removed_with_their_names_checked()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        Assert.Equal("V-5-1-543", Refused(await group.AddDisksAsync([("dg09", "emc0_01f7")])).MessageId);
        Done(await host.InitializeDiskAsync(
            "emc0_01f7", new DiskInitializeRequest { PrivateLength = TestLab.PrivateLength }));
        Assert.Equal("V-5-1-559", Refused(await group.AddDisksAsync([("dg01", "emc0_01f7")])).MessageId);
        Done(await group.AddDisksAsync([("dg09", "emc0_01f7")]));
        Assert.Equal("dg09", host.FindDisk("emc0_01f7")!.DiskMediaName);
        Done(await group.RenameAsync("dg09", "spare1"));
        Assert.Equal("spare1", host.FindDisk("emc0_01f7")!.DiskMediaName);
        Assert.Equal(ErrorCode.NotFound, Refused(await group.RemoveDiskAsync("dg09", false)).Code);
        Done(await group.RemoveDiskAsync("spare1", keepRecord: false));
        DiskDevice free = host.FindDisk("emc0_01f7")!;
        Assert.Equal(("", DeviceStatus.Online), (free.GroupName, free.Status));
    }

    [Fact]
    public async Task A_disk_that_was_away_at_boot_comes_back_and_catches_up()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01 new01", mirrors: 2);
        await host.ShutdownAsync();
        await lab.PresentAsync(host, "emc0_01f4", false);
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        VolumeDevice volume = Open(group, "vol01");
        await WriteAsync(volume, 0, Pattern(8, 65536));
        Assert.Contains(group.Current.Plexes.Values, plex => plex.State == PlexState.NoDevice);
        await lab.PresentAsync(host, "emc0_01f4", true);
        await host.RescanAsync();
        Assert.Contains(group.Current.Plexes.Values, plex => plex.State == PlexState.Recover);
        await CompletesAsync(Value(await group.RecoverAsync(new RecoverRequest()))!);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }
}
