using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>Plexes of a prepared volume that were detached come back by copying what was written meanwhile.</summary>
public sealed class FastResyncTests
{
    private const int Region = 65536;
    private readonly TestLab lab = new();

    [Fact]
    public async Task A_detached_plex_comes_back_by_copying_only_what_was_written()
    {
        DiskGroup group = await PreparedAsync();
        VolumeDevice volume = Open(group, "vol01");
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        Assert.Equal(0, Plex(group, "vol01-02").DetachMap);
        Assert.Equal(0, group.MissedBytes("vol01-02"));
        await WriteAsync(volume, 100_352, Pattern(2, 4096));
        await WriteAsync(volume, (3 * MiB) - 512, Pattern(3, 1024));
        Assert.Equal(3 * Region, group.MissedBytes("vol01-02"));

        VolumeTask task = Attached(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions()));
        await CompletesAsync(task);

        Assert.Equal(3 * Region, task.BytesCopied + task.BytesSkipped);
        Assert.Null(Plex(group, "vol01-02").DetachMap);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_was_written_is_known_after_a_crash_that_loses_unflushed_sectors(int seed)
    {
        DiskGroup group = await PreparedAsync();
        VolumeDevice volume = Open(group, "vol01");
        await WriteAsync(volume, 0, Pattern(seed, (int)(4 * MiB)));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        var random = new Random(seed);
        for (int index = 0; index < 20; index++)
        {
            await WriteAsync(volume, random.Next(64) * (long)Region, Pattern(seed + index, 8192));
        }

        await lab.CrashAsync(random: random);
        VolumeHost host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        await SettleAsync(host);

        Assert.Equal(PlexState.Active, Plex(group, "vol01-02").State);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task An_attach_that_a_crash_interrupted_begins_again_with_what_is_known(int seed)
    {
        DiskGroup group = await PreparedAsync();
        VolumeDevice volume = Open(group, "vol01");
        await WriteAsync(volume, 0, Pattern(seed, (int)(4 * MiB)));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        await WriteAsync(volume, MiB, Pattern(seed + 1, 20 * Region));
        VolumeTask task = Attached(await group.AttachPlexAsync(
            "vol01", "vol01-02", new CopyOptions { IoSize = Region, SlowMs = 20, Workers = 1 }));
        while (task.Current < (8 * MiB) - (15 * Region))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await WriteAsync(volume, 3 * MiB, Pattern(seed + 2, Region));
        await lab.CrashAsync(random: new Random(seed));
        VolumeHost host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        await SettleAsync(host);

        Assert.Equal(PlexState.Active, Plex(group, "vol01-02").State);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task When_the_log_volume_is_lost_writes_go_on_and_the_plex_comes_back_by_a_full_copy()
    {
        DiskGroup group = await PreparedAsync();
        VolumeDevice volume = Open(group, "vol01");
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        foreach (PlexRecord plex in group.Current.PlexesOf(Volume(group, "vol01_dcl").Id))
        {
            SubdiskRecord subdisk = group.Current.SubdisksOf(plex.Id)[0];
            lab.Lun(group.Current.Disks[subdisk.DiskId].LastDeviceName).Faults.Add(FaultRule.InRange(
                TestLab.PrivateLength, 64 * MiB, DeviceOperations.Write, IoStatus.MediaError));
        }

        await WriteAsync(volume, MiB, Pattern(1, 4096));

        Assert.Null(Plex(group, "vol01-02").DetachMap);
        VolumeTask task = Attached(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions()));
        await CompletesAsync(task);
        Assert.Equal(8 * MiB, task.BytesCopied + task.BytesSkipped);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_stop_and_a_start_keep_what_is_known()
    {
        DiskGroup group = await PreparedAsync();
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        await WriteAsync(Open(group, "vol01"), MiB, Pattern(1, 4096));
        Assert.Equal(ErrorCode.InUse, Refused(await group.StopVolumeAsync("vol01_dcl", false)).Code);
        Done(await group.StopVolumeAsync("vol01", false));
        Assert.Null(group.OpenVolume("vol01_dcl"));
        Done(await group.StartVolumeAsync("vol01", leavesUnrecovered: true));

        Assert.Equal(Region, group.MissedBytes("vol01-02"));
        await WriteAsync(Open(group, "vol01"), 4 * MiB, Pattern(2, 4096));
        await CompletesAsync(Attached(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions())));
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task Without_tracking_and_without_a_dco_a_detached_plex_is_copied_whole()
    {
        DiskGroup group = await PreparedAsync();
        Done(await group.SetTrackingAsync("vol01", false));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        Assert.Null(group.MissedBytes("vol01-02"));
        await CompletesAsync(Attached(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions())));
        Done(await group.SetTrackingAsync("vol01", true));
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        Assert.Equal(0, group.MissedBytes("vol01-02"));

        Done(await group.UnprepareAsync("vol01"));

        Assert.Null(Plex(group, "vol01-02").DetachMap);
        Assert.Empty(group.Current.Dcos);
        Assert.Null(group.Current.FindVolume("vol01_dcl"));
        Refused(await group.UnprepareAsync("vol01"));
        Refused(await group.SetTrackingAsync("vol01", true));
    }

    [Fact]
    public async Task Growing_forgets_the_maps_and_stops_where_they_end()
    {
        DiskGroup group = await PreparedAsync();
        Done(await group.DetachPlexAsync(null, "vol01-02", false));

        Done(await group.GrowAsync("vol01", 12 * MiB, StorageSpecification.Any));

        Assert.Null(Plex(group, "vol01-02").DetachMap);
        await CompletesAsync(Attached(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions())));
        await PlexesAreEqualAsync(group, "vol01", 2);
        Refused(await group.GrowAsync("vol01_dcl", 12 * MiB, StorageSpecification.Any));
        Refused(await group.ShrinkAsync("vol01_dcl", 65536));
    }

    [Fact]
    public async Task The_log_volume_moves_like_any_other_while_writes_are_tracked()
    {
        DiskGroup group = await PreparedAsync();
        VolumeDevice volume = Open(group, "vol01");
        Done(await group.DetachPlexAsync(null, "vol01-02", false));
        int plexes = group.Current.PlexesOf(Volume(group, "vol01_dcl").Id).Count;
        string gone = group.Current.PlexesOf(Volume(group, "vol01_dcl").Id)[0].Name;
        Task writing = WriteManyAsync(volume);
        Done(await group.DissociatePlexAsync("vol01_dcl", gone, remove: true, force: false));
        await CompletesAsync(Value(await group.AddMirrorAsync(MirrorTo("vol01_dcl", ""), new CopyOptions())));
        await writing;

        Assert.Equal(plexes, group.Current.PlexesOf(Volume(group, "vol01_dcl").Id).Count);
        Assert.Equal(64L * Region, group.MissedBytes("vol01-02"));
        await CompletesAsync(Attached(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions())));
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task What_cannot_be_prepared_is_refused_and_nothing_is_left()
    {
        DiskGroup group = await PreparedAsync();
        GroupConfiguration before = group.Current;

        Assert.Equal(
            "volume vol01 is already instant ready",
            Refused(await group.PrepareAsync(new DcoRequest { Volume = "vol01" })).Message);
        Refused(await group.PrepareAsync(new DcoRequest { Volume = "vol01_dcl" }));
        Refused(await group.PrepareAsync(new DcoRequest { Volume = "nosuch" }));
        Refused(await group.RemoveVolumeAsync("vol01_dcl", force: true));

        Assert.Equal(before.Volumes.Keys, group.Current.Volumes.Keys);
        Done(await group.RemoveVolumeAsync("vol01", force: false));
        Assert.Empty(group.Current.Volumes);
        Assert.Empty(group.Current.Dcos);
        Assert.Empty(group.Current.Subdisks);
    }

    private static async Task WriteManyAsync(VolumeDevice volume)
    {
        for (int region = 0; region < 64; region++)
        {
            await WriteAsync(volume, region * (long)Region, Pattern(region, 4096));
        }
    }

    private static VolumeTask Attached(Outcome<VolumeTask?> outcome)
    {
        VolumeTask? task = Value(outcome);
        Assert.NotNull(task);
        return task;
    }

    /// <summary>A volume of 8 MiB with a plex on each array and a DCO.</summary>
    private async Task<DiskGroup> PreparedAsync()
    {
        DiskGroup group = await CreateGroupAsync(await lab.BootAsync(), disksPerArray: 3);
        await CreateVolumeAsync(group, "vol01", 8 * MiB);
        await CompletesAsync(Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions())));
        Done(await group.PrepareAsync(new DcoRequest { Volume = "vol01" }));
        return group;
    }
}
