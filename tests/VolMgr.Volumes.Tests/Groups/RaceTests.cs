using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>Commands that meet another one, or a request, half done.</summary>
public sealed class RaceTests
{
    /// <summary>A new volume is in the records while its plexes are still being cleared; who removes it then waits
    /// until it is there.</summary>
    [Fact]
    public async Task A_volume_that_is_being_created_is_not_removed_under_its_creator()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        TestLun lun = lab.Lun(host.FindDisk("emc0_01f4")!.Node.LunName);
        Fault hang = lun.Faults.Add(FaultRule.Hang(DeviceOperations.Zero));
        Task<Outcome> creation = group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "vol01",
            Length = 8 * MiB,
            Storage = Storage("dg01"),
            Init = VolumeInit.Zero,
        });
        await UntilAsync(() => hang.Hanging > 0);
        Assert.NotNull(group.Current.FindVolume("vol01"));
        Task<Outcome> removal = group.RemoveVolumeAsync("vol01", force: false);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(removal.IsCompleted);
        lun.Faults.Remove(hang);
        Done(await creation);
        Done(await removal);
        Assert.Null(group.Current.FindVolume("vol01"));
    }

    /// <summary>One write hangs on the way to the attaching plex, another fails there: the plex is out of the records,
    /// and the first write may still reach its disk, which must stay in the group until then.</summary>
    [Fact]
    public async Task A_disk_is_not_removed_while_a_write_is_on_its_way_to_a_plex_that_was_given_up()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB);
        await WriteAsync(volume, 0, Pattern(1, (int)(8 * MiB)));
        Value(await group.AddMirrorAsync(MirrorTo("vol01", "new01"), new CopyOptions { SlowMs = 10_000 }));
        TestLun target = lab.Lun(Node(group, "new01"));
        Fault hang = target.Faults.Add(FaultRule.Hang(DeviceOperations.Write) with { Offset = 2 * MiB, Limit = 1 });
        Task hanging = WriteAsync(volume, 4 * MiB, Pattern(2, 4096));
        await UntilAsync(() => hang.Hanging > 0);
        target.Faults.Add(FaultRule.Once(DeviceOperations.Write) with { Offset = 2 * MiB });
        await WriteAsync(volume, 2 * MiB, Pattern(3, 4096));
        Assert.Null(Plex(group, "vol01-02").VolumeId);

        Assert.Equal(ErrorCode.Locked, Refused(await group.RemoveDiskAsync("new01", keepRecord: true)).Code);
        Assert.False(hanging.IsCompleted);
        target.Faults.Remove(hang);
        await hanging;
        await SettleAsync(host);
        Done(await group.RemoveDiskAsync("new01", keepRecord: true));
        Assert.Null(group.Current.FindPlex("vol01-02"));
    }

    /// <summary>The disk is refused by the commit after the turns on its volumes were taken; they are free
    /// again.</summary>
    [Fact]
    public async Task A_disk_that_cannot_be_removed_leaves_its_volumes_free()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 8 * MiB, "dg01");
        Refused(await group.RemoveDiskAsync("dg01", keepRecord: true)); // the only plex
        Done(await group.StopVolumeAsync("vol01", force: false).WaitAsync(
            TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    private static string Node(DiskGroup group, string media) =>
        group.Host.Disks.Single(disk => disk.DiskMediaName == media).Node.LunName;

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int round = 0; !condition(); round++)
        {
            Assert.True(round < 500, "it does not happen");
            await Task.Delay(10);
        }
    }
}
