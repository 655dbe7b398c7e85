using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>A map of changes is believed only as long as it knows everything that its plex missed.</summary>
public sealed class FastResyncTrustTests
{
    private const int Region = 65536;
    private readonly TestLab lab = new();

    [Fact]
    public async Task A_plex_that_is_detached_before_the_mirrors_are_recovered_is_not_tracked()
    {
        DiskGroup group = await PreparedAsync();
        VolumeDevice volume = Open(group, "vol01");
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        await volume.FlushAsync(CancellationToken.None);
        await WriteAsync(volume, 2 * MiB, Pattern(2, Region));
        await lab.CrashKeepingAsync("emc0");
        VolumeHost host = await lab.BootAsync(copy: new CopyOptions { SlowMs = 1000 });
        group = Assert.Single(host.Groups);
        Done(await group.StopVolumeAsync("vol01", force: true));
        Done(await group.StartVolumeAsync("vol01", leavesUnrecovered: true));

        Done(await group.DetachPlexAsync(null, "vol01-02", false));

        Assert.Null(Plex(group, "vol01-02").DetachMap);
        VolumeTask? task = Value(await group.RecoverAsync(
            new RecoverRequest { Volumes = ["vol01"], Copy = new CopyOptions { SlowMs = 0 } }));
        Assert.NotNull(task);
        await CompletesAsync(task);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task What_an_administrator_makes_of_the_log_volume_is_not_believed()
    {
        DiskGroup group = await PreparedAsync();
        VolumeDevice volume = Open(group, "vol01");
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        Done(await group.DetachPlexAsync(null, "vol01_dcl-02", false));
        await WriteAsync(volume, MiB, Pattern(1, Region));
        Done(await group.StopVolumeAsync("vol01", false));
        Done(await group.FixPlexAsync("vol01_dcl-01", PlexFix.Stale));
        Done(await group.FixPlexAsync("vol01_dcl-02", PlexFix.Clean));
        Done(await group.StartVolumeAsync("vol01", leavesUnrecovered: true));

        await AttachAsync(group);

        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_log_volume_without_defined_contents_is_not_believed()
    {
        DiskGroup group = await PreparedAsync();
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        await WriteAsync(Open(group, "vol01"), MiB, Pattern(1, Region));
        Done(await group.StopVolumeAsync("vol01", false));

        Done(await group.FixEmptyAsync("vol01_dcl"));

        Assert.Null(Plex(group, "vol01-02").DetachMap);
        Done(await group.InitializeVolumeAsync("vol01_dcl", VolumeInit.Zero));
        Done(await group.StartVolumeAsync("vol01", leavesUnrecovered: true));
        await AttachAsync(group);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task The_length_of_a_log_volume_stays_and_another_length_of_its_volume_forgets_the_maps()
    {
        DiskGroup group = await PreparedAsync();
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        long log = Volume(group, "vol01_dcl").Length;

        Refused(await group.SetLengthAsync("vol01_dcl", log / 2 / 8192 * 8192));
        Assert.Equal(0, Plex(group, "vol01-02").DetachMap);
        Done(await group.SetLengthAsync("vol01", 4 * MiB));

        Assert.Null(Plex(group, "vol01-02").DetachMap);
    }

    [Fact]
    public async Task A_plex_that_is_declared_out_of_date_and_mirrors_that_are_declared_unequal_forget_the_maps()
    {
        DiskGroup group = await PreparedAsync();
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        await CompletesAsync(Value(await group.ResyncAsync("vol01", new CopyOptions())));
        Assert.Null(Plex(group, "vol01-02").DetachMap);
        await AttachAsync(group);
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        Assert.Equal(0, Plex(group, "vol01-02").DetachMap);
        Done(await group.StopVolumeAsync("vol01", false));

        Done(await group.FixPlexAsync("vol01-02", PlexFix.Stale));

        Assert.Null(Plex(group, "vol01-02").DetachMap);
    }

    [Fact]
    public async Task Records_of_an_earlier_time_do_not_believe_maps_of_a_later_one()
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await PreparedAsync(host);
        VolumeDevice volume = Open(group, "vol01");
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        GroupConfiguration backup = group.Current;
        await AttachAsync(group);
        Done(await group.SetTrackingAsync("vol01", false));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        await WriteAsync(volume, 3 * MiB, Pattern(2, Region));
        Done(await host.DestroyGroupAsync("datadg"));

        Done(await host.RestoreGroupAsync(backup));

        group = Assert.Single(host.Groups);
        await SettleAsync(host);
        Assert.Equal(PlexState.Active, Plex(group, "vol01-02").State);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_volume_goes_to_another_group_with_its_maps()
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await PreparedAsync(host);
        DiskGroup other = await OtherGroupAsync(host);
        await WriteAsync(Open(group, "vol01"), 0, Pattern(1, (int)(4 * MiB)));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        await WriteAsync(Open(group, "vol01"), MiB, Pattern(2, Region));

        Done(await host.MoveObjectsAsync(group, other, null, expands: true));

        await SettleAsync(host);
        Assert.Equal(PlexState.Active, Plex(other, "vol01-02").State);
        await PlexesAreEqualAsync(other, "vol01", 2);
        Done(await other.DetachPlexAsync(null, "vol01-02", false));
        Assert.Equal(0, other.MissedBytes("vol01-02"));
    }

    [Fact]
    public async Task A_volume_is_split_off_with_its_maps()
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await PreparedAsync(host);
        await WriteAsync(Open(group, "vol01"), 0, Pattern(1, (int)(4 * MiB)));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        await WriteAsync(Open(group, "vol01"), MiB, Pattern(2, Region));

        Done(await host.SplitGroupAsync(group, "newdg", ["vol01"], expands: true));

        await SettleAsync(host);
        DiskGroup? split = host.FindGroup("newdg");
        Assert.NotNull(split);
        Assert.Equal(PlexState.Active, Plex(split, "vol01-02").State);
        await PlexesAreEqualAsync(split, "vol01", 2);
    }

    [Fact]
    public async Task Two_detached_plexes_have_a_map_each_and_an_aborted_copy_loses_none()
    {
        DiskGroup group = await PreparedAsync();
        VolumeDevice volume = Open(group, "vol01");
        await CompletesAsync(Value(await group.AddMirrorAsync(MirrorTo("vol01", ""), new CopyOptions())));
        await WriteAsync(volume, 0, Pattern(1, (int)(8 * MiB)));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        await WriteAsync(volume, MiB - 512, Pattern(2, 1024));
        Done(await group.DetachPlexAsync(null, "vol01-03", false));
        await WriteAsync(volume, 5 * MiB, Pattern(3, 10 * Region));
        Assert.Equal(12L * Region, group.MissedBytes("vol01-02"));
        Assert.Equal(10L * Region, group.MissedBytes("vol01-03"));
        VolumeTask? task = Value(await group.AttachPlexAsync(
            "vol01", "vol01-02", new CopyOptions { IoSize = Region, SlowMs = 50, Workers = 1 }));
        Assert.NotNull(task);
        Refused(await group.DetachPlexAsync(null, "vol01-03", false));
        await WriteAsync(volume, 7 * MiB, Pattern(4, 4096));
        task.Abort();
        await task.Completion;
        await WriteAsync(volume, (8 * MiB) - 512, Pattern(5, 512));

        Assert.Equal(14L * Region, group.MissedBytes("vol01-02"));
        await AttachAsync(group);
        await AttachAsync(group, "vol01-03");
        await PlexesAreEqualAsync(group, "vol01", 3);
    }

    [Fact]
    public async Task A_log_volume_that_does_not_cover_a_volume_is_not_bound_to_it()
    {
        DiskGroup group = await PreparedAsync();
        await CreateVolumeAsync(group, "vol02", 8 * MiB);
        await CreateVolumeAsync(group, "small", 16384);

        Refused(VolumeOperations.AddDco(
            group.Current,
            Volume(group, "vol02").Id,
            Volume(group, "small").Id,
            new DcoRequest { Volume = "vol02", RegionSize = Region }));
    }

    private static async Task AttachAsync(DiskGroup group, string plex = "vol01-02")
    {
        VolumeTask? task = Value(await group.AttachPlexAsync("vol01", plex, new CopyOptions()));
        Assert.NotNull(task);
        await CompletesAsync(task);
    }

    private static async Task<DiskGroup> OtherGroupAsync(VolumeHost host)
    {
        DiskDevice free = host.Disks.First(disk => disk.Header is null);
        Done(await host.InitializeDiskAsync(
            free.Name, new DiskInitializeRequest { PrivateLength = TestLab.PrivateLength }));
        return Value(await host.CreateGroupAsync(
            "otherdg", [("other01", free.Name)], new GroupCreateRequest { Version = 200 }));
    }

    /// <summary>A volume of 8 MiB with a plex on each array and a DCO with two plexes.</summary>
    private async Task<DiskGroup> PreparedAsync(VolumeHost? host = null)
    {
        DiskGroup group = await CreateGroupAsync(host ?? await lab.BootAsync(), disksPerArray: 3);
        await CreateVolumeAsync(group, "vol01", 8 * MiB);
        await CompletesAsync(Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions())));
        Done(await group.PrepareAsync(new DcoRequest { Volume = "vol01" }));
        return group;
    }
}
