using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>What a copy that goes on after a stop or a crash believes, and what the log keeps for it.</summary>
public sealed class ResumeTests
{
    private static readonly CopyOptions Slow =
        new() { IoSize = 65536, SlowMs = 20, Workers = 1, CheckpointBytes = 65536 };

    private readonly TestLab lab = new();

    [Fact]
    public async Task Regions_that_were_dirty_at_the_boot_stay_so_until_the_copy_that_went_on_has_ended()
    {
        VolumeHost host = await InterruptedAsync(mirrors: 1, Slow);
        DiskGroup group = Assert.Single(host.Groups);
        DirtyRegionLog log = Open(group, "vol01").Log!;
        await Task.Delay(50, TestContext.Current.CancellationToken);
        await log.ClearIdleAsync();
        Assert.NotEqual(0, log.DirtyCount);
        VolumeTask copy = host.Tasks.List.Single(task => task.Type == "ATCOPY");
        copy.SetSlow(0);
        await SettleAsync(host);
        Assert.InRange(copy.BytesCopied, 1, (4 * MiB) - (6 * 65536));
        await BecomesCleanAsync(log);
        await PlexesAreEqualAsync(group, "vol01", 2);
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task They_stay_so_when_the_copy_is_interrupted_again()
    {
        VolumeHost host = await InterruptedAsync(mirrors: 1, Slow);
        await host.ShutdownAsync();
        host = await lab.BootAsync(copy: Slow);
        DiskGroup group = Assert.Single(host.Groups);
        DirtyRegionLog log = Open(group, "vol01").Log!;
        await log.ClearIdleAsync();
        Assert.NotEqual(0, log.DirtyCount);
        await SettleAsync(host);
        await BecomesCleanAsync(log);
        await PlexesAreEqualAsync(group, "vol01", 2);
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task They_stay_so_when_the_mirrors_are_left_unrecovered()
    {
        VolumeHost host = await InterruptedAsync(mirrors: 2, new CopyOptions(), boots: false);
        DiskGroup group = Value(await host.ImportGroupAsync(
            "datadg", new GroupImportRequest { ClearsHostLock = true, LeavesVolumesStopped = true }));
        Value(await group.RecoverAsync(
            new RecoverRequest { Volumes = ["vol01"], StartsVolumes = true, LeavesUnrecovered = true }));
        await SettleAsync(host);
        DirtyRegionLog log = Open(group, "vol01").Log!;
        await Task.Delay(50, TestContext.Current.CancellationToken);
        await log.ClearIdleAsync();
        Assert.NotEqual(0, log.DirtyCount);
        Value(await group.RecoverAsync(new RecoverRequest { Volumes = ["vol01"] }));
        await SettleAsync(host);
        await BecomesCleanAsync(log);
        await PlexesAreEqualAsync(group, "vol01", 3);
        await host.ShutdownAsync();
    }

    // The record is of a copy that failed with its disk away, so that nobody could clear it.
    [Fact]
    public async Task An_older_record_of_a_plex_is_gone_before_its_next_copy_is_in_the_records()
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01", hasLog: true);
        await CompletesAsync(Value(await group.AddMirrorAsync(MirrorTo("vol01", "new01"), new CopyOptions())));
        Done(await group.DetachPlexAsync(null, "vol01-03", force: false));
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        VolumeTask task = Value(await group.AttachPlexAsync("vol01", "vol01-03", Slow))!;
        while (task.Current < 24 * 65536)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Assert.True(task.Pause());
        string target = group.Current.FindDisk("new01")!.LastDeviceName;
        await lab.PresentAsync(host, target, false);
        await WriteAsync(volume, 0, Pattern(2, (int)(4 * MiB)));
        Assert.Equal(TaskState.Failed, await task.Completion);
        await volume.Log!.ClearIdleAsync();
        await host.ShutdownAsync();

        await lab.PresentAsync(host, target, true);
        var watch = new CopyWatch();
        host = await lab.BootAsync("host2", steps: watch);
        group = Value(await host.ImportGroupAsync(
            "datadg", new GroupImportRequest { ClearsHostLock = true, LeavesVolumesStopped = true }));
        Done(await group.StartVolumeAsync("vol01", leavesUnrecovered: true));
        watch.HoldAt = DataPathStep.Committed;
        _ = group.AttachPlexAsync("vol01", "vol01-03", new CopyOptions());
        await watch.Held;
        await lab.CrashAsync("host2");

        host = await lab.BootAsync();
        group = Value(await host.ImportGroupAsync("datadg", new GroupImportRequest { ClearsHostLock = true }));
        await SettleAsync(host);
        await PlexesAreEqualAsync(group, "vol01", 2);
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task A_host_that_goes_down_waits_for_the_step_of_a_copy_before_the_volume_is_clean()
    {
        var watch = new CopyWatch();
        VolumeHost host = await lab.BootAsync(steps: watch);
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        watch.HoldAt = DataPathStep.CopyRead;
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), Slow));
        await watch.Held;
        Task down = host.ShutdownAsync();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(down.IsCompleted);
        Assert.Equal(VolumeState.Active, Volume(group, "vol01").State);
        watch.Release();
        await down;
        Assert.Equal(VolumeState.Clean, Volume(group, "vol01").State);
        Assert.Equal(1, watch.Reads);
        Assert.Equal(TaskState.Aborted, await task.Completion);
        Assert.Equal("stopped; it goes on at the next start of the volume", task.Failure);
        Assert.Equal(PlexState.TempRmSd, Plex(group, "vol01-02").State);
    }

    [Fact]
    public async Task A_copy_that_recovery_begins_is_a_part_of_it()
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "", mirrors: 2);
        Done(await group.DetachPlexAsync(null, "vol01-02", force: false));
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        VolumeTask parent = Value(await group.RecoverAsync(new RecoverRequest { Volumes = ["vol01"], Copy = Slow }))!;
        VolumeTask? copy = null;
        while (copy is null)
        {
            copy = host.Tasks.List.SingleOrDefault(task => task.Type == "ATCOPY");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.Equal(parent.Id, copy.ParentId);
        await CompletesAsync(parent);
        await host.ShutdownAsync();
    }

    /// <summary>A host that comes up after a crash during a copy; a region behind its frontier was written, and the
    /// new array lost that.</summary>
    private async Task<VolumeHost> InterruptedAsync(int mirrors, CopyOptions after, bool boots = true)
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host, disksPerArray: 3);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, mirrors: mirrors, hasLog: true);
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        await volume.Log!.ClearIdleAsync();
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), Slow));
        while (task.Current < 12 * 65536)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Assert.True(task.Pause());
        await WriteAsync(volume, 65536, Pattern(2, 8192));
        await lab.CrashKeepingAsync("emc0");
        return await lab.BootAsync(boots ? "host1" : "host2", copy: after);
    }

    private static async Task BecomesCleanAsync(DirtyRegionLog log)
    {
        for (int turn = 0; turn < 1000 && log.DirtyCount > 0; turn++)
        {
            await log.ClearIdleAsync();
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Assert.Equal(0, log.DirtyCount);
    }
}
