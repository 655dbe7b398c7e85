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

/// <summary>The dirty region log in a DCO, and DCOs of layered volumes.</summary>
public sealed class DcoLogTests
{
    private readonly TestLab lab = new();
    private VolumeHost host = null!;
    private (IBlockDevice Lun, long Offset)[] places = [];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task After_a_crash_only_the_regions_that_were_written_are_made_equal(int seed, bool isSequential)
    {
        DiskGroup group = await PreparedAsync(isSequential);
        VolumeDevice volume = Open(group, "vol01");
        Assert.True(volume.Log!.IsEnabled);
        await WriteAsync(volume, 0, Pattern(seed, (int)(16 * MiB)));
        Assert.Equal(IoStatus.Success, await volume.FlushAsync(CancellationToken.None));
        await volume.Log!.ClearIdleAsync();
        Assert.Equal(0, volume.Log!.DirtyCount);
        await WriteAsync(volume, 5 * MiB, Pattern(seed + 1, 4096));
        await WriteAsync(volume, 9 * MiB, Pattern(seed + 2, 4096));

        await CrashAsync(seed);

        Assert.False(await AreEqualAsync(12 * MiB));
        Assert.True(await AreEqualAsync(5 * MiB));
        Assert.True(await AreEqualAsync(9 * MiB));
    }

    [Fact]
    public async Task A_sequential_log_keeps_few_regions_dirty()
    {
        DiskGroup group = await PreparedAsync(isSequential: true);
        VolumeDevice volume = Open(group, "vol01");
        for (int part = 0; part < 16; part++)
        {
            await WriteAsync(volume, part * MiB, Pattern(part, 4096));
            Assert.InRange(volume.Log!.DirtyCount, 1, DirtyRegionLogGeometry.SequentialDirtyRegions);
        }
    }

    [Fact]
    public async Task A_log_that_missed_a_mark_is_not_believed_and_begins_anew_with_the_next_start()
    {
        DiskGroup group = await PreparedAsync(isSequential: false);
        VolumeDevice volume = Open(group, "vol01");
        await WriteAsync(volume, 0, Pattern(1, (int)(16 * MiB)));
        List<FaultDevice> failing = [.. group.Current.PlexesOf(Volume(group, "vol01_dcl").Id)
            .Select(plex => group.Current.SubdisksOf(plex.Id)[0])
            .Select(subdisk => lab.Lun(group.Current.Disks[subdisk.DiskId].LastDeviceName).Faults)];
        failing.ForEach(lun => lun.Add(FaultRule.InRange(
            TestLab.PrivateLength, 64 * MiB, DeviceOperations.Write, IoStatus.MediaError)));
        await volume.Log!.ClearIdleAsync();
        await WriteAsync(volume, 5 * MiB, Pattern(2, 4096));
        Assert.True(Assert.Single(group.Current.Dcos.Values).IsLogLost);
        failing.ForEach(lun => lun.Clear());

        await CrashAsync(1);

        Assert.True(await AreEqualAsync(12 * MiB));
        group = Assert.Single(host.Groups);
        Assert.False(Assert.Single(group.Current.Dcos.Values).IsLogLost);
        Assert.True(Open(group, "vol01").Log!.IsEnabled);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_volume_has_its_log_in_one_place()
    {
        DiskGroup group = await PreparedAsync(isSequential: false);
        Assert.Equal(
            ErrorCode.InvalidState, Refused(await group.AddLogAsync(new LogRequest { Volume = "vol01" })).Code);
        Done(await group.UnprepareAsync("vol01"));
        VolumeDevice volume = Open(group, "vol01");
        Assert.NotEqual(true, volume.Log?.IsEnabled);
        await WriteAsync(volume, 0, Pattern(1, 4096));
        Done(await group.AddLogAsync(new LogRequest { Volume = "vol01" }));
        Assert.True(volume.Log!.IsEnabled);
        Assert.Equal(
            ErrorCode.InvalidState,
            Refused(await group.PrepareAsync(new DcoRequest { Volume = "vol01", HasLog = true })).Code);
        Assert.Null(group.Current.FindVolume("vol01_dcl"));
        Done(await group.PrepareAsync(new DcoRequest { Volume = "vol01" }));
    }

    [Fact]
    public async Task A_stop_a_start_and_growth_keep_the_log()
    {
        DiskGroup group = await PreparedAsync(isSequential: false);
        Done(await group.StopVolumeAsync("vol01", false));
        Done(await group.StartVolumeAsync("vol01", leavesUnrecovered: false));
        Assert.True(Open(group, "vol01").Log!.IsEnabled);
        Done(await group.GrowAsync("vol01", 24 * MiB, StorageSpecification.Any));
        VolumeDevice volume = Open(group, "vol01");
        await WriteAsync(volume, 20 * MiB, Pattern(2, 4096));
        Assert.Equal(1, volume.Log!.DirtyCount);
        await CrashAsync(7);
        Assert.False(await AreEqualAsync(12 * MiB));
        Assert.True(await AreEqualAsync(20 * MiB));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_dcos_of_a_layered_volume_bring_a_detached_plex_back_and_limit_recovery(int seed)
    {
        DiskGroup group = await CreateGroupAsync(await lab.BootAsync(), disksPerArray: 3);
        await CreateVolumeAsync(group, "vol01", 16 * MiB, "", mirrors: 2);
        Done(await group.ConvertVolumeAsync("vol01", isLayered: true));
        Done(await group.PrepareAsync(new DcoRequest { Volume = "vol01", HasLog = true }));
        Assert.Equal(
            ErrorCode.AlreadyExists, Refused(await group.PrepareAsync(new DcoRequest { Volume = "vol01" })).Code);
        PlexRecord plex = group.Current.DataPlexesOf(Volume(group, "vol01-L01").Id)[0];
        VolumeDevice volume = Open(group, "vol01");
        await WriteAsync(volume, 0, Pattern(seed, (int)(16 * MiB)));
        Done(await group.DetachPlexAsync(null, plex.Name, false));
        await WriteAsync(volume, 5 * MiB, Pattern(seed + 1, 4096));
        Assert.Equal(65536, group.MissedBytes(plex.Name));

        await lab.CrashAsync(random: new Random(seed));
        host = await lab.BootAsync();
        await SettleAsync(host);

        group = Assert.Single(host.Groups);
        Assert.Equal(PlexState.Active, Plex(group, plex.Name).State);
        await PlexesAreEqualAsync(group, "vol01-L01", 2);
        Refused(await group.ConvertVolumeAsync("vol01", isLayered: false));
        Done(await group.StopVolumeAsync("vol01", false));
        Assert.All(group.Current.Volumes.Values, each => Assert.Null(group.OpenVolume(each.Name)));
        Done(await group.StartVolumeAsync("vol01", leavesUnrecovered: false));
        Done(await group.RemoveVolumeAsync("vol01", force: true));
        Assert.Empty(group.Current.Volumes);
        Assert.Empty(group.Current.Dcos);
        Assert.Empty(group.Current.Subdisks);
    }

    /// <summary>A crash; at 12 MiB the second plex holds something else afterwards, where nobody wrote.</summary>
    private async Task CrashAsync(int seed)
    {
        DiskGroup group = Assert.Single(host.Groups);
        places = [.. group.Current.DataPlexesOf(Volume(group, "vol01").Id)
            .Select(plex => group.Current.SubdisksOf(plex.Id)[0]).Select(Place)];
        await lab.CrashAsync(random: new Random(seed));
        Assert.Equal(IoStatus.Success, await places[1].Lun.WriteAsync(
            places[1].Offset + (12 * MiB), Pattern(99, 4096), WriteFlags.ForceUnitAccess, CancellationToken.None));
        host = await lab.BootAsync();
        VolumeTask? recovery = host.Tasks.List.SingleOrDefault(
            task => task is { Type: "RDWRBACK", VolumeName: "vol01" });
        await SettleAsync(host);
        Assert.True(recovery is null or { State: TaskState.Completed }); // it may be over before anyone looks
        Assert.Equal(VolumeState.Active, Volume(host.Groups[0], "vol01").State);
        return;

        (IBlockDevice, long) Place(SubdiskRecord subdisk)
        {
            DiskDevice disk = host.Disks.First(
                each => each.DiskMediaName == group.Current.Disks[subdisk.DiskId].Name);
            return (lab.Lun(disk.Name).Faults, disk.Header!.PublicOffset + subdisk.DiskOffset);
        }
    }

    private async Task<bool> AreEqualAsync(long offset)
    {
        byte[][] copies = [new byte[4096], new byte[4096]];
        for (int plex = 0; plex < 2; plex++)
        {
            Assert.Equal(IoStatus.Success, await places[plex].Lun.ReadAsync(
                places[plex].Offset + offset, copies[plex], CancellationToken.None));
        }

        return copies[0].AsSpan().SequenceEqual(copies[1]);
    }

    /// <summary>A volume of 16 MiB with two plexes and a DCO with a dirty region log.</summary>
    private async Task<DiskGroup> PreparedAsync(bool isSequential)
    {
        host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host, disksPerArray: 3);
        await CreateVolumeAsync(group, "vol01", 16 * MiB, "", mirrors: 2);
        Done(await group.PrepareAsync(new DcoRequest
        {
            Volume = "vol01",
            HasLog = true,
            IsLogSequential = isSequential,
        }));
        return group;
    }
}
