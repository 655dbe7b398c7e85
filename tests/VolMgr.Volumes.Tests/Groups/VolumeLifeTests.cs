using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

public sealed class VolumeLifeTests
{
    [Fact]
    public async Task A_mirrored_volume_begins_equal_and_empty_on_reused_disks()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice old = await CreateVolumeAsync(group, "old", 8 * MiB);
        await WriteAsync(old, 0, Pattern(1, (int)(8 * MiB)));
        Done(await group.RemoveVolumeAsync("old", force: false));
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 16 * MiB, "", mirrors: 2);
        Assert.Equal(VolumeState.Active, Volume(group, "vol01").State);
        Assert.False(Volume(group, "vol01").IsDirty);
        Assert.All(await ReadAsync(volume, 0, (int)(16 * MiB)), value => Assert.Equal(0, value));
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task Stop_makes_clean_and_start_needs_no_recovery()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB, "", mirrors: 2, hasLog: true);
        byte[] data = Pattern(2, 65536);
        await WriteAsync(volume, 4096, data);
        Assert.True(Volume(group, "vol01").IsDirty);
        Done(await group.StopVolumeAsync("vol01", force: false));
        Assert.Equal(
            (VolumeKernelState.Disabled, VolumeState.Clean, false),
            (Volume(group, "vol01").KernelState, Volume(group, "vol01").State, Volume(group, "vol01").IsDirty));
        Assert.Null(group.OpenVolume("vol01"));
        Assert.Equal(ErrorCode.NotStarted, Refused(await group.StopVolumeAsync("vol01", false)).Code);
        Done(await group.StartVolumeAsync("vol01"));
        Assert.Empty(host.Tasks.List);
        Assert.Equal(ErrorCode.AlreadyStarted, Refused(await group.StartVolumeAsync("vol01")).Code);
        Assert.Equal(data, await ReadAsync(Open(group, "vol01"), 4096, data.Length));
    }

    [Fact]
    public async Task An_open_volume_is_neither_stopped_nor_removed()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        using (volume.Open())
        {
            Assert.Equal(ErrorCode.InUse, Refused(await group.StopVolumeAsync("vol01", false)).Code);
            Assert.Equal(ErrorCode.InUse, Refused(await group.RemoveVolumeAsync("vol01", force: true)).Code);
            Done(await group.StopVolumeAsync("vol01", force: true));
        }
        Done(await group.RemoveVolumeAsync("vol01", force: false));
        Assert.Empty(group.Current.Subdisks);
        Assert.Equal(ErrorCode.NotFound, Refused(await group.RemoveVolumeAsync("vol01", force: false)).Code);
    }

    [Fact]
    public async Task Names_and_space_are_checked()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB);
        Assert.Equal(
            ErrorCode.AlreadyExists,
            Refused(await group.CreateVolumeAsync(new VolumeRequest { Name = "vol01", Length = MiB })).Code);
        Assert.Equal(
            ErrorCode.NoSpace,
            Refused(await group.CreateVolumeAsync(new VolumeRequest { Name = "big", Length = 1L << 40 })).Code);
        long most = Value(group.MaximumSize(new VolumeRequest { Name = "x", Length = MiB }));
        Done(await group.CreateVolumeAsync(new VolumeRequest { Name = "most", Length = most }));
    }

    [Fact]
    public async Task Growing_shows_zeroes_on_all_plexes_and_shrinking_gives_space_back()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice dirt = await CreateVolumeAsync(group, "dirt", 40 * MiB, "dg01");
        await WriteAsync(dirt, 0, Pattern(9, (int)(40 * MiB)));
        Done(await group.RemoveVolumeAsync("dirt", false));
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB, "dg01 new01", mirrors: 2, hasLog: true);
        byte[] data = Pattern(5, (int)MiB);
        await WriteAsync(volume, 7 * MiB, data);
        Done(await group.GrowAsync("vol01", 24 * MiB, StorageSpecification.Any));
        Assert.Equal(24 * MiB, volume.Length);
        Assert.Equal(data, await ReadAsync(volume, 7 * MiB, data.Length));
        Assert.All(await ReadAsync(volume, 8 * MiB, (int)(16 * MiB)), value => Assert.Equal(0, value));
        await WriteAsync(volume, 23 * MiB, data);
        await PlexesAreEqualAsync(group, "vol01", 2);
        Done(await group.ShrinkAsync("vol01", 8 * MiB));
        Assert.Equal(8 * MiB, volume.Length);
        Assert.Equal(data, await ReadAsync(volume, 7 * MiB, data.Length));
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_log_comes_and_goes_under_a_running_volume()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB, "", mirrors: 2);
        Assert.Null(volume.Log);
        Done(await group.AddLogAsync(new LogRequest { Volume = "vol01" }));
        Assert.True(volume.Log!.IsEnabled);
        await WriteAsync(volume, 0, Pattern(1, 4096));
        Assert.Equal(1, volume.Log.DirtyCount);
        Done(await group.RemoveLogAsync("vol01", StorageSpecification.Any));
        Assert.Null(volume.Log);
        Assert.DoesNotContain(group.Current.Plexes.Values, plex => plex.IsLog);
        Assert.Equal(ErrorCode.NotFound, Refused(await group.RemoveLogAsync("vol01", StorageSpecification.Any)).Code);
    }

    [Fact]
    public async Task An_empty_volume_is_initialised_before_it_starts()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        Done(await group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "vol01",
            Length = 4 * MiB,
            MirrorCount = 2,
            Init = VolumeInit.None,
        }));
        Assert.Null(group.OpenVolume("vol01"));
        Refused(await group.StartVolumeAsync("vol01"));
        Done(await group.InitializeVolumeAsync("vol01", VolumeInit.Zero));
        await PlexesAreEqualAsync(group, "vol01", 2);
        Refused(await group.InitializeVolumeAsync("vol01", VolumeInit.Zero));
    }
}
