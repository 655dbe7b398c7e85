using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>Which slots of a disk the copy records take, and what a disk that fails leaves behind.</summary>
public sealed class CopyRecordSlotTests
{
    private readonly TestGroup group = new();

    [Fact]
    public async Task Records_are_durable_when_their_write_ends()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        var area = new CopyRecordArea(disk, header);
        Assert.Equal(IoStatus.Success, await area.WriteAsync(Record(1, 512), CancellationToken.None));
        var again = new CopyRecordArea(disk.Copy(), header); // only what is durable
        Assert.Equal(512, (await again.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier);
        Assert.Equal(IoStatus.Success, await area.ClearAsync(new RecordId(1), CancellationToken.None));
        Assert.Null(await new CopyRecordArea(disk.Copy(), header).ReadAsync(new RecordId(1), CancellationToken.None));
    }

    [Fact]
    public async Task Records_take_the_slots_of_the_log_area_in_turn_and_nothing_else()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        var area = new CopyRecordArea(disk, header);
        Dictionary<long, byte[]> before = disk.UsedSectors.ToDictionary(
            sector => sector, sector => Bytes(disk, sector));
        long first = (header.PrivateOffset + header.Region.CopySlotsOffset) / 512;
        Assert.Equal(IoStatus.Success, await area.WriteAsync(Record(1, 512), CancellationToken.None));
        Assert.Equal(Slot(first, 1), Changed(disk, before));
        Assert.Equal(IoStatus.Success, await area.WriteAsync(Record(1, 1024), CancellationToken.None));
        Assert.Equal(IoStatus.Success, await area.WriteAsync(Record(2, 512), CancellationToken.None));
        Assert.Equal(
            [.. Slot(first, 0), .. Slot(first, 1), .. Slot(first, 3)],
            Changed(disk, before));
        Assert.Equal(IoStatus.Success, await area.ClearAsync(new RecordId(1), CancellationToken.None));
        Assert.Equal(Slot(first, 3), Changed(disk, before));
    }

    // The slot that is not the newest takes the next record, also after the disk was read anew.
    [Fact]
    public async Task The_newest_of_two_slots_wins_whichever_it_is()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        for (int frontier = 512; frontier <= 2048; frontier += 512)
        {
            var area = new CopyRecordArea(disk, header);
            Assert.Equal(IoStatus.Success, await area.WriteAsync(Record(1, frontier), CancellationToken.None));
            var again = new CopyRecordArea(disk, header);
            Assert.Equal(frontier, (await again.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier);
            Assert.Equal(frontier, (await area.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier);
        }
    }

    [Fact]
    public async Task All_sixteen_places_are_found_again()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        var area = new CopyRecordArea(disk, header);
        for (int plex = 1; plex <= 16; plex++)
        {
            Assert.Equal(IoStatus.Success, await area.WriteAsync(Record(plex, plex * 512), CancellationToken.None));
        }

        var again = new CopyRecordArea(disk, header);
        for (int plex = 1; plex <= 16; plex++)
        {
            Assert.Equal(plex * 512, (await again.ReadAsync(new RecordId(plex), CancellationToken.None))!.Frontier);
        }
    }

    [Fact]
    public async Task A_disk_that_cannot_be_read_is_asked_again_the_next_time()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        await new CopyRecordArea(disk, header).WriteAsync(Record(1, 512), CancellationToken.None);
        var area = new CopyRecordArea(disk, header);
        disk.Failure = IoStatus.NotReachable;
        Assert.Null(await area.ReadAsync(new RecordId(1), CancellationToken.None));
        Assert.Equal(IoStatus.NotReachable, await area.WriteAsync(Record(2, 512), CancellationToken.None));
        Assert.Equal(IoStatus.NotReachable, await area.ClearAsync(new RecordId(1), CancellationToken.None));
        disk.Failure = null;
        Assert.Equal(512, (await area.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier);
        disk.Failure = IoStatus.NotReachable;
        Assert.Equal(512, (await area.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier); // known by now
    }

    // Which slots are taken is not known: whatever is written could hit the record of another plex.
    [Fact]
    public async Task A_disk_that_cannot_be_read_is_not_written()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        await new CopyRecordArea(disk, header).WriteAsync(Record(1, 512), CancellationToken.None);
        var broken = new FaultDevice(disk);
        broken.Add(FaultRule.Always(DeviceOperations.Read));
        var area = new CopyRecordArea(broken, header);
        Assert.Equal(IoStatus.MediaError, await area.WriteAsync(Record(2, 1024), CancellationToken.None));
        var again = new CopyRecordArea(disk, header);
        Assert.Equal(512, (await again.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier);
        Assert.Null(await again.ReadAsync(new RecordId(2), CancellationToken.None));
    }

    [Fact]
    public async Task A_write_that_fails_leaves_what_was_known()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        var area = new CopyRecordArea(disk, header);
        await area.WriteAsync(Record(1, 512), CancellationToken.None);
        disk.WriteFailure = IoStatus.NotReachable;
        Assert.Equal(IoStatus.NotReachable, await area.WriteAsync(Record(1, 1024), CancellationToken.None));
        Assert.Equal(IoStatus.NotReachable, await area.ClearAsync(new RecordId(1), CancellationToken.None));
        Assert.Equal(512, (await area.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier);
        Assert.Equal(IoStatus.Success, await area.ClearAsync(new RecordId(2), CancellationToken.None)); // no write
        disk.WriteFailure = null;
        var again = new CopyRecordArea(disk, header);
        Assert.Equal(512, (await again.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier);
    }

    // The first sector of a slot: the others of a small record are zero.
    private static long[] Slot(long first, int slot) => [first + (slot * 8)];

    private static IEnumerable<long> Changed(CrashDisk disk, Dictionary<long, byte[]> before) =>
        disk.UsedSectors.Where(sector => !Bytes(disk, sector).AsSpan().SequenceEqual(
            before.GetValueOrDefault(sector, new byte[512])));

    private static byte[] Bytes(CrashDisk disk, long sector) =>
        [.. Enumerable.Range(0, 512).Select(index => disk[(sector * 512) + index])];

    private async Task<(CrashDisk Disk, DiskHeader Header)> DiskAsync()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        GroupDisk found = (await TestGroup.ScanAsync([disk], inGroup: false))[0];
        return (disk, found.Header with { GroupId = TestGroup.GroupId });
    }

    private static CopyRecord Record(int plex, long frontier) => new()
    {
        PlexId = new RecordId(plex),
        PlexGeneration = 1,
        VolumeLength = 1 << 20,
        Frontier = frontier,
    };
}

