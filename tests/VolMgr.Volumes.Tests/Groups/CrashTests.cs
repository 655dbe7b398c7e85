using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

public sealed class CrashTests
{
    private static readonly CopyOptions Slow = new() { IoSize = 65536, SlowMs = 50, Workers = 1 };

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Mirrors_are_equal_again_after_a_crash_that_loses_unflushed_sectors(bool hasLog, int seed)
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 16 * MiB, "", mirrors: 2, hasLog);
        byte[] flushed = Pattern(seed, (int)MiB);
        await WriteAsync(volume, 0, flushed);
        Assert.Equal(Blocks.IoStatus.Success, await volume.FlushAsync(CancellationToken.None));
        for (int index = 0; index < 32; index++)
        {
            await WriteAsync(volume, (2 * MiB) + (index * 65536), Pattern(seed + index, 8192));
        }
        await lab.CrashAsync(random: new Random(seed));
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        volume = Open(group, "vol01");
        byte[] first = await ReadAsync(volume, 0, (int)(8 * MiB));
        await SettleAsync(host);
        Assert.Equal(VolumeState.Active, Volume(group, "vol01").State);
        Assert.Equal("", Volume(group, "vol01").PUtil0);
        Assert.Equal(flushed, first[..flushed.Length]);
        Assert.Equal(first, await ReadAsync(volume, 0, first.Length));
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_volume_that_was_not_written_needs_no_recovery()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        await CreateVolumeAsync(await CreateGroupAsync(host), "vol01", 16 * MiB, "", mirrors: 2);
        await lab.CrashAsync();
        host = await lab.BootAsync();
        Assert.Empty(host.Tasks.List);
        Assert.Equal(VolumeState.Active, Volume(host.Groups[0], "vol01").State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_interrupted_mirror_goes_on_by_itself(bool isCrash)
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB, hasLog: true);
        byte[] data = Pattern(1, (int)(8 * MiB));
        await WriteAsync(volume, 0, data);
        Assert.Equal(Blocks.IoStatus.Success, await volume.FlushAsync(CancellationToken.None));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), Slow));
        while (task.Current < 4 * 65536)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        if (isCrash)
        {
            await lab.CrashAsync(random: new Random(5));
        }
        else
        {
            await host.ShutdownAsync();
            Assert.Equal(VolumeState.Clean, Volume(group, "vol01").State);
        }
        Assert.Equal(PlexState.TempRmSd, Plex(group, task.PlexName).State);
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        IReadOnlyList<VolumeTask> tasks = host.Tasks.List; // on a busy machine it may all be over by now
        if (tasks.SingleOrDefault(other => other.Type == "PARENT") is { } parent)
        {
            Assert.All(
                tasks.Where(other => other.ParentId == parent.Id),
                copy => Assert.Equal(("ATCOPY", task.PlexName), (copy.Type, copy.PlexName)));
            await CompletesAsync(parent);
        }
        await SettleAsync(host);
        Assert.Equal(PlexState.Active, Plex(group, task.PlexName).State);
        await PlexesAreEqualAsync(group, "vol01", 2);
        Assert.Equal(data, await ReadAsync(Open(group, "vol01"), 0, data.Length));
    }

    // The old array keeps a write that the new one loses, behind the frontier of the record. With a log the regions
    // that were written are copied again, without one everything is.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_resumed_copy_misses_nothing_that_was_written_behind_its_frontier(bool hasLog)
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB, hasLog: hasLog);
        byte[] data = Pattern(1, (int)(8 * MiB));
        await WriteAsync(volume, 0, data);
        Assert.Equal(Blocks.IoStatus.Success, await volume.FlushAsync(CancellationToken.None));
        VolumeTask task = Value(await group.AddMirrorAsync(
            MirrorTo("vol01"), Slow with { SlowMs = 20, CheckpointBytes = 65536 }));
        while (task.Current < 12 * 65536)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Assert.True(task.Pause());
        byte[] late = Pattern(2, 8192);
        await WriteAsync(volume, 65536, late);
        late.CopyTo(data, 65536);
        await lab.CrashKeepingAsync("emc0");
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        await SettleAsync(host);
        await PlexesAreEqualAsync(group, "vol01", 2);
        Assert.Equal(data, await ReadAsync(Open(group, "vol01"), 0, data.Length));
    }

    [Fact]
    public async Task An_old_group_version_removes_an_interrupted_mirror()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host, version: 160);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB);
        byte[] data = Pattern(1, (int)(8 * MiB));
        await WriteAsync(volume, 0, data);
        Value(await group.AddMirrorAsync(MirrorTo("vol01"), Slow));
        await lab.CrashAsync();
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        Assert.Equal("vol01-01", Assert.Single(group.Current.Plexes.Values).Name);
        Assert.Single(group.Current.Subdisks);
        Assert.Empty(host.Tasks.List);
        Assert.Equal(data, await ReadAsync(Open(group, "vol01"), 0, data.Length));
    }

    [Fact]
    public async Task A_stale_plex_is_copied_again_after_a_crash()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "", mirrors: 2);
        Done(await group.DetachPlexAsync(null, "vol01-02", force: false));
        await WriteAsync(volume, 0, Pattern(3, (int)(4 * MiB)));
        Value(await group.AttachPlexAsync("vol01", "vol01-02", Slow));
        await lab.CrashAsync();
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        await SettleAsync(host);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_target_lost_in_the_crash_is_not_resumed_when_it_comes_back()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB, hasLog: true);
        await WriteAsync(volume, 0, Pattern(1, (int)(8 * MiB)));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01", "new01"), Slow));
        string target = host.Disks.First(disk => disk.DiskMediaName == "new01").Name;
        await lab.CrashAsync();
        await lab.PresentAsync(host, target, false);
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        await WriteAsync(Open(group, "vol01"), 0, Pattern(2, (int)(8 * MiB)));
        await host.ShutdownAsync();
        await lab.PresentAsync(host, target, true);
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        await SettleAsync(host);
        Assert.Single(group.Current.DataPlexesOf(Volume(group, "vol01").Id));
        Assert.DoesNotContain(group.Current.Plexes.Values, plex => plex.Name == task.PlexName);
    }
}
