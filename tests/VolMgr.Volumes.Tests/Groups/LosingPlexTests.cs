using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.OnDisk;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

public sealed class LosingPlexTests
{
    private static readonly CopyOptions Slow = new() { IoSize = 65536, SlowMs = 50, Workers = 1 };

    // The write that hangs may land at any time: the space is nobody else's before it has ended.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failed_target_keeps_its_space_while_a_write_to_it_hangs(bool isEdit)
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB, "dg01");
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01", "new01"), Slow));
        Assert.True(task.Pause());
        DiskDevice disk = host.Disks.First(row => row.DiskMediaName == "new01");
        DiskHeader header = disk.Header!; // a disk of an imported group has one
        FaultDevice target = lab.Lun(disk.Name).Faults;
        Fault hung = target.Add(
            FaultRule.Hang(DeviceOperations.Write) with { Offset = header.PublicOffset, Limit = 1 });
        Task<IoStatus> late = volume.WriteAsync(
            4 * MiB, Pattern(1, 4096), WriteFlags.None, CancellationToken.None).AsTask();
        while (hung.Hanging == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        target.Add(FaultRule.Always(DeviceOperations.Write) with { Offset = header.PublicOffset });
        await WriteAsync(volume, 5 * MiB, Pattern(2, 4096));
        Assert.Null(Plex(group, task.PlexName).VolumeId);
        Refusal refusal = Refused(await (isEdit
            ? group.RemoveObjectAsync(task.PlexName, recursive: true, force: true)
            : group.DissociatePlexAsync(null, task.PlexName, remove: true, force: true)));
        Assert.Equal(ErrorCode.Locked, refusal.Code);
        target.Clear();
        Assert.Equal(IoStatus.Success, await late);
        await SettleAsync(host);
        Assert.Null(group.Current.FindPlex(task.PlexName));
        Assert.Single(group.Current.Subdisks);
    }

    // What nobody asks for again does not hold up the gate; what is detached or dissociated may come back.
    [Fact]
    public async Task A_plex_that_is_removed_is_not_flushed_and_one_that_is_only_taken_out_is()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        foreach ((string name, bool removes) in new[] { ("vol01", true), ("vol02", false) })
        {
            VolumeDevice volume = await CreateVolumeAsync(group, name, 4 * MiB, "dg01");
            await Value(await group.AddMirrorAsync(MirrorTo(name, "new01"), new CopyOptions())).Completion;
            await SettleAsync(host);
            await WriteAsync(volume, 0, Pattern(1, 4096));
            FaultDevice lun = lab.Lun(host.Disks.First(row => row.DiskMediaName == "new01").Name).Faults;
            Fault hung = lun.Add(FaultRule.Hang(DeviceOperations.Flush) with { Limit = 1 });

            Task<Outcome> leaving = group.DissociatePlexAsync(name, name + "-02", removes, force: false);
            while (!leaving.IsCompleted && hung.Hanging == 0)
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            Assert.Equal(removes ? 0 : 1, hung.Hanging);
            lun.Clear();
            Assert.True((await leaving).IsDone);
        }
    }

    [Fact]
    public async Task A_copy_goes_on_also_when_another_volume_of_the_command_is_refused()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01");
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), Slow));
        await lab.CrashAsync();
        host = await lab.BootAsync("host2");
        group = Value(await host.ImportGroupAsync(
            "datadg", new GroupImportRequest { ClearsHostLock = true, LeavesVolumesStopped = true }));
        Refused(await group.RecoverAsync(new RecoverRequest { Volumes = ["vol01", "vol02"], StartsVolumes = true }));
        await SettleAsync(host);
        Assert.Equal("", Volume(group, "vol01").TUtil0);
        Assert.Equal(PlexState.Active, Plex(group, task.PlexName).State);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }
}
