using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>Failed subdisks of redundant volumes go to spares, are copied there, and come back by vxunreloc.</summary>
public sealed class HotRelocationTests
{
    private readonly TestLab lab = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_subdisk_goes_to_a_spare_and_back(bool isLayered)
    {
        (VolumeHost host, DiskGroup group) = await MirroredAsync(isLayered);
        Done(await group.SetAttributesAsync("dg03", [new("spare", "on")]));
        byte[] bytes = Pattern(1, (int)(4 * MiB));
        await FailAsync(host, "dg01");
        await WriteAsync(Open(group, "vol01"), 0, bytes);
        string name = isLayered ? "vol01-P01" : "vol01-01";
        await BecomesAsync(group, () => Plex(group, name).State == PlexState.Active);
        SubdiskRecord moved = Assert.Single(group.Current.SubdisksOf(Plex(group, name).Id));
        Assert.Equal("dg03", group.Current.Disks[moved.DiskId].Name);
        Assert.Equal(("dg01", 0L), (moved.OriginalDisk, moved.OriginalOffset));
        Assert.Equal(bytes, await ReadAsync(Open(group, "vol01"), 0, bytes.Length));
        await PlexesAreEqualAsync(group, isLayered ? "vol01-L01" : "vol01", 2);
        Assert.Contains(host.Log.Lines, line => line.Contains(
            "Attempting to relocate subdisk dg01-01 from plex " + name, StringComparison.Ordinal));

        lab.Lun(Device(host, "dg01").Name).Faults.Clear();
        Assert.NotNull(Value(await group.UnrelocateNextAsync("dg01", "dg01", false, new CopyOptions())));
        await SettleAsync(host);
        SubdiskRecord back = Assert.Single(group.Current.SubdisksOf(Plex(group, name).Id));
        Assert.Equal(("dg01", 0L, "", ""), (
            group.Current.Disks[back.DiskId].Name, back.DiskOffset, back.OriginalDisk, back.Comment));
        Assert.Null(Value(await group.UnrelocateNextAsync("dg01", "dg01", false, new CopyOptions())));
        Assert.Equal(bytes, await ReadAsync(Open(group, "vol01"), 0, bytes.Length));
        await PlexesAreEqualAsync(group, isLayered ? "vol01-L01" : "vol01", 2);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("free_space=on\n", true)]
    [InlineData("free_space=on\nrelocation=off\n", false)]
    public async Task Free_space_is_used_only_where_the_host_says_so(string settings, bool relocates)
    {
        (VolumeHost host, DiskGroup group) = await MirroredAsync(isLayered: false);
        host.Files.Write("etc/default/vxrelocd", settings);
        Done(await group.SetAttributesAsync("dg02", [new("nohotuse", "on")]));
        await FailAsync(host, "dg01");
        await WriteAsync(Open(group, "vol01"), 0, Pattern(2, 65536));
        await BecomesAsync(
            group, () => Plex(group, "vol01-01").State == (relocates ? PlexState.Active : PlexState.IoFail));
        await SettleAsync(host);
        SubdiskRecord subdisk = Assert.Single(group.Current.SubdisksOf(Plex(group, "vol01-01").Id));
        Assert.Equal(relocates ? "dg03" : "dg01", group.Current.Disks[subdisk.DiskId].Name);
        if (relocates)
        {
            await PlexesAreEqualAsync(group, "vol01", 2);
        }
    }

    [Fact]
    public async Task A_disk_whose_place_is_taken_needs_force_and_nothing_moves_without()
    {
        (VolumeHost host, DiskGroup group) = await MirroredAsync(isLayered: false);
        Done(await group.SetAttributesAsync("dg03", [new("spare", "on")]));
        await FailAsync(host, "dg01");
        await WriteAsync(Open(group, "vol01"), 0, Pattern(3, 65536));
        await BecomesAsync(group, () => Plex(group, "vol01-01").State == PlexState.Active);
        lab.Lun(Device(host, "dg01").Name).Faults.Clear();
        await CreateVolumeAsync(group, "vol02", MiB, "dg01");
        Assert.Equal(ErrorCode.NoSpace, Refused(
            await group.UnrelocateNextAsync("dg01", "dg01", false, new CopyOptions())).Code);
        Assert.NotNull(Value(await group.UnrelocateNextAsync("dg01", "dg01", true, new CopyOptions())));
        await SettleAsync(host);
        Assert.Equal(2, group.Current.SubdisksOn(group.Current.FindDisk("dg01")!.Id).Count); // it is in the group
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Theory]
    [InlineData("spare", true)]
    [InlineData("nohotuse", false)]
    public async Task A_failed_log_is_laid_out_anew_on_a_spare(string flag, bool relocates)
    {
        (VolumeHost host, DiskGroup group) = await MirroredAsync(isLayered: false);
        Done(await group.AddLogAsync(new LogRequest { Volume = "vol01", Storage = Storage("new02") }));
        Done(await group.SetAttributesAsync("dg03", [new(flag, "on")]));
        await FailAsync(host, "new02");
        await WriteAsync(Open(group, "vol01"), 0, Pattern(4, 65536));
        await SettleAsync(host);
        await BecomesAsync(group, () => LogDisk(group) == (relocates ? "dg03" : "new02"));
        await BecomesAsync(group, () => Open(group, "vol01").Log!.IsEnabled == relocates);
        await WriteAsync(Open(group, "vol01"), MiB, Pattern(5, 65536));
        Assert.Equal(relocates ? 1 : 0, Open(group, "vol01").Log!.IsEnabled ? 1 : 0);
        await BecomesAsync(group, () => relocates == host.Log.Lines.Any(
            line => line.Contains("Volume vol01 Log vol01-03 relocated", StringComparison.Ordinal)));

        static string LogDisk(DiskGroup group)
        {
            PlexRecord log = group.Current.PlexesOf(Volume(group, "vol01").Id).Last(plex => plex.IsLog);
            return group.Current.Disks[group.Current.SubdisksOf(log.Id)[0].DiskId].Name;
        }
    }

    private async Task<(VolumeHost Host, DiskGroup Group)> MirroredAsync(bool isLayered)
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host, disksPerArray: 3);
        Done(await group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "vol01",
            Length = 4 * MiB,
            MirrorCount = 2,
            IsLayered = isLayered,
            Storage = Storage("dg01 new01"),
        }));
        return (host, group);
    }

    private static DiskDevice Device(VolumeHost host, string media) =>
        host.Disks.First(disk => disk.DiskMediaName == media);

    private Task FailAsync(VolumeHost host, string media)
    {
        DiskDevice disk = Device(host, media);
        lab.Lun(disk.Name).Faults.Add(
            FaultRule.Always(DeviceOperations.Write) with { Offset = disk.Header!.PublicOffset }); // in a group
        return Task.CompletedTask;
    }

    private static async Task BecomesAsync(DiskGroup group, Func<bool> isSo)
    {
        for (int tries = 0; tries < 2000 && !isSo(); tries++)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.True(isSo(), string.Join('\n', group.Host.Log.Lines));
    }
}
