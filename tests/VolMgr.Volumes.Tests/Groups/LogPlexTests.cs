using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

public sealed class LogPlexTests
{
    // The space may hold somebody else's data from then on.
    [Theory]
    [InlineData("vxplex -o rm dis")]
    [InlineData("vxplex dis")]
    [InlineData("vxedit -rf rm")]
    [InlineData("vxdg -k rmdisk")]
    public async Task A_log_plex_that_left_its_volume_is_not_written_any_more(string command)
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 16 * MiB, "", mirrors: 2, hasLog: true);
        await WriteAsync(volume, 0, Pattern(1, 512));
        PlexRecord log = Log(group);
        SubdiskRecord space = Assert.Single(group.Current.SubdisksOf(log.Id));
        string disk = group.Current.Disks[space.DiskId].Name;
        (TestLun lun, long offset) = Place(lab, host, group, space);
        Done(await (command switch
        {
            "vxplex -o rm dis" => group.DissociatePlexAsync(null, log.Name, remove: true, force: false),
            "vxplex dis" => group.DissociatePlexAsync(null, log.Name, remove: false, force: false),
            "vxedit -rf rm" => group.RemoveObjectAsync(log.Name, recursive: true, force: true),
            _ => group.RemoveDiskAsync(disk, keepRecord: true),
        }));
        byte[] canary = Pattern(2, (int)space.Length);
        Assert.Equal(Blocks.IoStatus.Success, await lun.Faults.WriteAsync(
            offset, canary, Blocks.WriteFlags.None, CancellationToken.None));
        await WriteAsync(volume, 4 * MiB, Pattern(3, 512));
        byte[] found = new byte[canary.Length];
        Assert.Equal(Blocks.IoStatus.Success, await lun.Faults.ReadAsync(offset, found, CancellationToken.None));
        Assert.True(canary.AsSpan().SequenceEqual(found), "the log was written after its plex had left");
        await lab.CrashAsync(random: new Random(4));
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        await SettleAsync(host);
        int active = group.Current.Plexes.Values.Count(plex => plex.State == PlexState.Active);
        await PlexesAreEqualAsync(group, "vol01", active);
    }

    [Fact]
    public async Task A_log_goes_on_with_the_plexes_that_it_has_left()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 16 * MiB, "", mirrors: 2, hasLog: true);
        Done(await group.AddLogAsync(new LogRequest { Volume = "vol01" }));
        PlexRecord log = Log(group);
        Done(await group.DissociatePlexAsync(null, log.Name, remove: true, force: false));
        Assert.True(volume.Log!.IsEnabled);
        await WriteAsync(volume, 4 * MiB, Pattern(3, 512));
        Assert.Equal(1, volume.Log!.DirtyCount);
        await lab.CrashAsync(random: new Random(4));
        host = await lab.BootAsync();
        VolumeTask recovery = host.Tasks.List.Single(task => task.Type == "RDWRBACK");
        await SettleAsync(host);
        Assert.Equal(TaskState.Completed, recovery.State);
        await PlexesAreEqualAsync(Assert.Single(host.Groups), "vol01", 2);
    }

    // What an earlier log of the same volume said, on the same space, is no news of writes that it never saw.
    [Fact]
    public async Task A_log_that_was_added_while_the_volume_was_stopped_does_not_vouch_for_a_copy()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB, "dg01", hasLog: true);
        byte[] data = Pattern(1, (int)(8 * MiB));
        await volume.Log!.ClearIdleAsync();
        SubdiskRecord space = Assert.Single(group.Current.SubdisksOf(Log(group).Id));
        Done(await group.RemoveLogAsync("vol01", Storage("")));
        await WriteAsync(volume, 0, data);
        Assert.Equal(Blocks.IoStatus.Success, await volume.FlushAsync(CancellationToken.None));
        VolumeTask task = Value(await group.AddMirrorAsync(
            MirrorTo("vol01"), new CopyOptions { IoSize = 65536, SlowMs = 20, Workers = 1, CheckpointBytes = 65536 }));
        while (task.Current < 12 * 65536)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Assert.True(task.Pause());
        byte[] late = Pattern(2, 8192);
        await WriteAsync(volume, 65536, late);
        late.CopyTo(data, 65536);
        await lab.CrashKeepingAsync("emc0");
        host = await lab.BootAsync("host2");
        group = Value(await host.ImportGroupAsync(
            "datadg", new GroupImportRequest { ClearsHostLock = true, LeavesVolumesStopped = true }));
        Done(await group.AddLogAsync(new LogRequest { Volume = "vol01", Storage = Storage("dg01") }));
        SubdiskRecord again = Assert.Single(group.Current.SubdisksOf(Log(group).Id));
        Assert.Equal((space.DiskId, space.DiskOffset), (again.DiskId, again.DiskOffset));
        Done(await group.StartVolumeAsync("vol01"));
        await SettleAsync(host);
        await PlexesAreEqualAsync(group, "vol01", 2);
        Assert.Equal(data, await ReadAsync(Open(group, "vol01"), 0, data.Length));
    }

    private static PlexRecord Log(DiskGroup group) =>
        group.Current.PlexesOf(Volume(group, "vol01").Id).First(plex => plex.IsLog);

    private static (TestLun Lun, long Offset) Place(
        TestLab lab, VolumeHost host, DiskGroup group, SubdiskRecord subdisk)
    {
        DiskDevice disk = host.Disks.First(
            row => row.DiskMediaName == group.Current.Disks[subdisk.DiskId].Name);
        DiskHeader header = disk.Header!; // a disk of an imported group has one
        return (lab.Lun(disk.Name), header.PublicOffset + subdisk.DiskOffset);
    }
}
