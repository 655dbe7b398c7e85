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

/// <summary>Layered volumes: mirrored sub-volumes below a stripe or a concatenation.</summary>
public sealed class LayeredVolumeTests
{
    private readonly TestLab lab = new();

    [Fact]
    public async Task A_stripe_mirror_has_the_names_of_the_field_and_keeps_what_is_written()
    {
        (VolumeHost host, DiskGroup group) = await LayeredAsync();
        Assert.Equal(["vol01-03"], group.Current.PlexesOf(Volume(group, "vol01").Id).Select(plex => plex.Name));
        Assert.Equal(
            ["vol01-S01 vol01-L01 0", "vol01-S02 vol01-L02 1"],
            group.Current.SubVolumesOf(Plex(group, "vol01-03").Id)
                .Select(sub => $"{sub.Name} {group.Current.Volumes[sub.VolumeId].Name} {sub.Column}"));
        Assert.Equal(
            ["vol01-P01", "vol01-P02", "vol01-P03", "vol01-P04"],
            ((string[])["vol01-L01", "vol01-L02"]).SelectMany(
                name => group.Current.PlexesOf(Volume(group, name).Id).Select(plex => plex.Name)));
        byte[] bytes = Pattern(1, (int)(4 * MiB));
        await WriteAsync(Open(group, "vol01"), 0, bytes);
        await host.ShutdownAsync();
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        Assert.Equal(bytes, await ReadAsync(Open(group, "vol01"), 0, bytes.Length));
        await PlexesAreEqualAsync(group, "vol01-L01", 2);
        await PlexesAreEqualAsync(group, "vol01-L02", 2);
    }

    [Fact]
    public async Task A_failed_disk_detaches_only_the_plex_of_its_sub_volume_and_recovery_brings_it_back()
    {
        (VolumeHost host, DiskGroup group) = await LayeredAsync();
        VolumeDevice volume = Open(group, "vol01");
        string failing = group.Current.Disks[group.Current.SubdisksOf(Plex(group, "vol01-P01").Id)[0].DiskId].Name;
        FaultDevice faults = lab.Lun(host.Disks.First(disk => disk.DiskMediaName == failing).Name).Faults;
        faults.Add(FaultRule.Always(DeviceOperations.Write) with { Offset = Header(host, failing) });
        byte[] bytes = Pattern(2, (int)(4 * MiB));
        await WriteAsync(volume, 0, bytes);
        Assert.Equal(PlexState.IoFail, Plex(group, "vol01-P01").State);
        Assert.All(
            (string[])["vol01-P02", "vol01-P03", "vol01-P04", "vol01-03"],
            name => Assert.Equal(PlexKernelState.Enabled, Plex(group, name).KernelState));
        Assert.Equal(bytes, await ReadAsync(volume, 0, bytes.Length));
        faults.Clear();
        Outcome<VolumeTask?> task = await group.AttachPlexAsync("vol01-L01", "vol01-P01", new CopyOptions());
        Assert.NotNull(Value(task));
        await SettleAsync(host);
        Assert.Equal(PlexState.Active, Plex(group, "vol01-P01").State);
        await PlexesAreEqualAsync(group, "vol01-L01", 2);
    }

    [Fact]
    public async Task Stopping_and_starting_takes_the_sub_volumes_along_and_they_do_not_stop_alone()
    {
        (_, DiskGroup group) = await LayeredAsync();
        Assert.Equal(ErrorCode.InUse, Refused(await group.StopVolumeAsync("vol01-L01", force: true)).Code);
        Done(await group.StopVolumeAsync("vol01", force: false));
        Assert.All(group.Current.Volumes.Values, volume => Assert.Equal(VolumeState.Clean, volume.State));
        Done(await group.StartVolumeAsync("vol01"));
        Assert.All(
            group.Current.Volumes.Values, volume => Assert.Equal(VolumeKernelState.Enabled, volume.KernelState));
        Assert.Equal(ErrorCode.InUse, Refused(await group.RemoveVolumeAsync("vol01-L01", force: true)).Code);
        Done(await group.RemoveVolumeAsync("vol01", force: false));
        Assert.Empty(group.Current.Volumes);
        Assert.Empty(group.Current.SubVolumes);
        Assert.Empty(group.Current.Subdisks);
    }

    [Theory]
    [InlineData(PlexLayout.Stripe)]
    [InlineData(PlexLayout.Concat)]
    public async Task Growing_and_shrinking_work_on_all_sub_volumes(PlexLayout layout)
    {
        (_, DiskGroup group) = await LayeredAsync(layout);
        byte[] bytes = Pattern(3, (int)(4 * MiB));
        await WriteAsync(Open(group, "vol01"), 0, bytes);
        Done(await group.GrowAsync("vol01", 6 * MiB, StorageSpecification.Any));
        VolumeDevice volume = Open(group, "vol01");
        Assert.Equal(6 * MiB, volume.Length);
        Assert.Equal(bytes, await ReadAsync(volume, 0, bytes.Length));
        Assert.Equal(new byte[2 * MiB], await ReadAsync(volume, 4 * MiB, (int)(2 * MiB)));
        byte[] more = Pattern(4, (int)(2 * MiB));
        await WriteAsync(volume, 4 * MiB, more);
        Assert.Equal(more, await ReadAsync(volume, 4 * MiB, more.Length));
        Done(await group.ShrinkAsync("vol01", 2 * MiB));
        Assert.Equal(2 * MiB, Open(group, "vol01").Length);
        Assert.Equal(bytes[..(int)(2 * MiB)], await ReadAsync(Open(group, "vol01"), 0, (int)(2 * MiB)));
        long below = layout == PlexLayout.Stripe ? MiB : 2 * MiB;
        Assert.Equal(below, Volume(group, "vol01-L01").Length);
        Refusal alone = Refused(await group.GrowAsync("vol01-L01", 9 * MiB, StorageSpecification.Any));
        Assert.Equal(ErrorCode.InUse, alone.Code);
    }

    [Theory]
    [InlineData(PlexLayout.Stripe)]
    [InlineData(PlexLayout.Concat)]
    public async Task Converting_there_and_back_under_writes_loses_nothing(PlexLayout layout)
    {
        (VolumeHost host, DiskGroup group) = await LayeredAsync(layout, isLayered: false);
        VolumeDevice volume = Open(group, "vol01");
        byte[] bytes = Pattern(5, (int)(4 * MiB));
        await WriteAsync(volume, 0, bytes);
        var random = new Random(6);
        bool isDone = false;
        Task writer = Task.Run(
            async () =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    byte[] piece = Pattern(random.Next(), 4096);
                    int offset = random.Next((int)(4 * MiB / 4096)) * 4096;
                    await WriteAsync(volume, offset, piece);
                    piece.CopyTo(bytes, offset);
                }
            },
            TestContext.Current.CancellationToken);
        for (int round = 0; round < 5; round++)
        {
            Done(await group.ConvertVolumeAsync("vol01", isLayered: true));
            Assert.True(group.Current.IsLayered(Volume(group, "vol01").Id));
            Done(await group.ConvertVolumeAsync("vol01", isLayered: false));
        }
        Volatile.Write(ref isDone, value: true);
        await writer;
        Assert.Equal(bytes, await ReadAsync(volume, 0, bytes.Length));
        await PlexesAreEqualAsync(group, "vol01", 2);
        Assert.Single(group.Current.Volumes);
        Assert.Empty(group.Current.SubVolumes);
        Done(await group.ConvertVolumeAsync("vol01", isLayered: true));
        await lab.CrashAsync();
        host = await lab.BootAsync();
        await SettleAsync(host);
        group = Assert.Single(host.Groups);
        Assert.Equal(VolumeState.Active, Volume(group, "vol01-L01").State);
        await PlexesAreEqualAsync(group, "vol01-L01", 2);
    }

    [Fact]
    public async Task What_belongs_on_the_sub_volumes_is_refused_by_name()
    {
        (_, DiskGroup group) = await LayeredAsync();
        Refusal mirror = Refused(await group.AddMirrorAsync(MirrorTo("vol01", "dg03"), new CopyOptions()));
        Assert.Contains("vol01-L01, vol01-L02", mirror.Message, StringComparison.Ordinal);
        Refused(await group.DissociatePlexAsync(null, "vol01-03", remove: true, force: true));
        Refused(await group.DetachPlexAsync(null, "vol01-03", force: true));
        Refused(await group.AddLogAsync(new LogRequest { Volume = "vol01" }));
        Refused(await group.PrepareAsync(new DcoRequest { Volume = "vol01-L01" }));
        Refused(await group.ConvertVolumeAsync("vol01", isLayered: true));
        Assert.Equal(3, group.Current.Volumes.Count);
        Done(await group.AddLogAsync(new LogRequest { Volume = "vol01-L01", Storage = Storage("dg03") }));
        await WriteAsync(Open(group, "vol01"), 0, Pattern(7, 65536));
    }

    [Fact]
    public async Task A_split_takes_a_layered_volume_whole()
    {
        (VolumeHost host, DiskGroup group) = await LayeredAsync();
        byte[] bytes = Pattern(8, 65536);
        await WriteAsync(Open(group, "vol01"), 0, bytes);
        Done(await host.SplitGroupAsync(group, "otherdg", ["vol01"], expands: false));
        DiskGroup other = host.Groups.Single(each => each.Name == "otherdg");
        Assert.Empty(host.Groups.Single(each => each.Name == "datadg").Current.Volumes);
        Assert.Equal(bytes, await ReadAsync(Open(other, "vol01"), 0, bytes.Length));
    }

    private async Task<(VolumeHost Host, DiskGroup Group)> LayeredAsync(
        PlexLayout layout = PlexLayout.Stripe, bool isLayered = true)
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host, disksPerArray: 3);
        Done(await group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "vol01",
            Length = 4 * MiB,
            MirrorCount = 2,
            Layout = layout,
            ColumnCount = layout == PlexLayout.Stripe ? 2 : null,
            IsLayered = isLayered,
            Storage = Storage("dg01 dg02 new01 new02"),
        }));
        return (host, group);
    }

    private static long Header(VolumeHost host, string name) =>
        host.Disks.First(disk => disk.DiskMediaName == name).Header!.PublicOffset; // a disk of an imported group
}
