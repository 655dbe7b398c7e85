using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>The plexes of a dirty region log: which are in, which are out, and what each of them holds.</summary>
public sealed class DirtyRegionLogPlexTests
{
    private const long VolumeLength = 64L << 30; // five pages
    private const long RegionSize = 4 << 20;

    private readonly Simulator simulator = new(1);
    private readonly FaultDevice[] disks =
        [.. Enumerable.Range(0, 2).Select(_ => new FaultDevice(new MemoryDevice(DirtyRegionLogGeometry.LogLength)))];

    [Fact]
    public void Pages_and_headers_are_of_one_sector()
    {
        var geometry = new DirtyRegionLogGeometry(VolumeLength);
        foreach (int size in new[] { 511, 513, 1024 })
        {
            byte[] sector = new byte[size];
            byte[] bits = new byte[480];
            Breaks(() => DirtyRegionLogPage.WriteHeader(sector, Guid.Empty, geometry));
            Breaks(() => DirtyRegionLogPage.ReadHeader(sector, geometry, out _));
            Breaks(() => DirtyRegionLogPage.WriteBits(sector, Guid.Empty, 1, bits));
            Breaks(() => DirtyRegionLogPage.ReadBits(sector, Guid.Empty, 1, bits));
        }

        Breaks(() => DirtyRegionLogPage.WriteBits(new byte[512], Guid.Empty, 1, new byte[479]));
        Breaks(() => DirtyRegionLogPage.WriteBits(new byte[512], Guid.Empty, 1, new byte[481]));
    }

    [Fact]
    public void Writing_a_page_leaves_nothing_of_what_was_there()
    {
        var geometry = new DirtyRegionLogGeometry(VolumeLength);
        byte[] sector = [.. Enumerable.Repeat((byte)0xFF, 512)];
        DirtyRegionLogPage.WriteHeader(sector, Guid.Empty, geometry);
        Assert.Equal(ReadStatus.Valid, DirtyRegionLogPage.ReadHeader(sector, geometry, out _));
        sector.AsSpan().Fill(0xFF);
        DirtyRegionLogPage.WriteBits(sector, Guid.Empty, 1, new byte[480]);
        Assert.All(sector[8..12], part => Assert.Equal(0, part));
    }

    [Theory]
    [InlineData(0x00A, 2, ReadStatus.TooNew)]
    [InlineData(0x021, 1, ReadStatus.Inconsistent)] // another length
    [InlineData(0x029, 1, ReadStatus.Inconsistent)] // another region size
    [InlineData(0x030, 1, ReadStatus.Inconsistent)] // reserved
    [InlineData(0x1FF, 1, ReadStatus.Inconsistent)]
    public void A_sealed_header_that_says_something_else_is_not_taken(int offset, byte value, ReadStatus status)
    {
        var geometry = new DirtyRegionLogGeometry(VolumeLength);
        byte[] sector = new byte[512];
        DirtyRegionLogPage.WriteHeader(sector, Guid.Empty, geometry);
        sector[offset] = value;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(
            sector.AsSpan(0x00C), Checksum.Of(sector, 0x00C..0x010));
        Assert.Equal(status, DirtyRegionLogPage.ReadHeader(sector, geometry, out _));
    }

    [Fact]
    public void A_log_lives_on_the_plexes_that_could_be_laid_out() => simulator.Run(async () =>
    {
        disks[0].Add(FaultRule.Always(DeviceOperations.Write));
        DirtyRegionLog log = (await FormatAsync())!;
        Assert.False(log.Holds(new RecordId(8)));
        Assert.True(log.Holds(new RecordId(9)));
        Assert.True(log.IsEnabled);
        disks[1].Add(FaultRule.Always(DeviceOperations.Write));
        Assert.Null(await FormatAsync());
    });

    // The header comes last: before it is there, the pages of an earlier log must not be taken for this one's.
    [Fact]
    public void A_log_that_was_laid_out_by_half_is_no_log() => simulator.Run(async () =>
    {
        disks[0].Add(FaultRule.Always(DeviceOperations.Write) with { Offset = 512, Length = 512 });
        DirtyRegionLog log = (await FormatAsync())!;
        Assert.False(log.Holds(new RecordId(8)));
        disks[0].Clear();
        DirtyRegionLogReading reading = await LoadAsync(disks[0]);
        Assert.Null(reading.Log);
    });

    [Fact]
    public void A_fresh_log_is_clean_in_all_its_pages() => simulator.Run(async () =>
    {
        await FormatAsync();
        DirtyRegionLogReading reading = await LoadAsync(disks);
        Assert.Empty(reading.Dirty);
        Assert.Empty(reading.Lost);
        Assert.Equal(0, reading.Log!.DirtyCount);
        Assert.Equal(RegionSize, reading.Log.RegionSize);
    });

    [Fact]
    public void Marks_in_every_page_are_found_on_both_plexes() => simulator.Run(async () =>
    {
        DirtyRegionLog log = (await FormatAsync())!;
        long[] regions = [0, 3839, 3840, 9000, 16383];
        foreach (long region in regions)
        {
            Assert.True(await log.MarkAsync(region * RegionSize, 512));
        }

        foreach (FaultDevice disk in disks)
        {
            DirtyRegionLogReading reading = await LoadAsync(disk);
            Assert.Equal(regions.Select(region => new ByteRange(region * RegionSize, RegionSize)), reading.Dirty);
        }
    });

    [Fact]
    public void The_last_region_ends_with_the_volume() => simulator.Run(async () =>
    {
        const long length = (16L << 20) + 512; // regions of 128 KiB
        LogPlex[] plexes = [Plex(8, disks[0])];
        DirtyRegionLog? log = await DirtyRegionLog.FormatAsync(plexes, length, simulator.Engine);
        Assert.True(await log!.MarkAsync(length - 512, 512)); // FormatAsync has written it
        DirtyRegionLogReading reading = await DirtyRegionLog.LoadAsync(plexes, length, simulator.Engine);
        Assert.Equal([new ByteRange(16L << 20, 512)], reading.Dirty);
    });

    [Fact]
    public void Two_logs_that_do_not_belong_together_are_none() => simulator.Run(async () =>
    {
        LogPlex[] first = [Plex(8, disks[0])];
        LogPlex[] second = [Plex(9, disks[1])];
        await DirtyRegionLog.FormatAsync(first, VolumeLength, simulator.Engine);
        await DirtyRegionLog.FormatAsync(second, VolumeLength, simulator.Engine);
        DirtyRegionLogReading reading = await LoadAsync(disks);
        Assert.Null(reading.Log);
        Assert.Equal([new ByteRange(0, VolumeLength)], reading.Dirty);
        Assert.Equal([new RecordId(8), new RecordId(9)], reading.Lost);
    });

    [Fact]
    public void A_plex_that_cannot_be_read_is_lost_and_the_other_tells() => simulator.Run(async () =>
    {
        DirtyRegionLog log = (await FormatAsync())!;
        await log.MarkAsync(RegionSize, 512);
        disks[0].Add(FaultRule.Always(DeviceOperations.Read));
        DirtyRegionLogReading reading = await LoadAsync(disks);
        Assert.Equal([new RecordId(8)], reading.Lost);
        Assert.Equal([new ByteRange(RegionSize, RegionSize)], reading.Dirty);
        Assert.False(reading.Log!.Holds(new RecordId(8)));
    });

    [Fact]
    public void What_one_plex_says_and_what_the_other_says_is_dirty() => simulator.Run(async () =>
    {
        DirtyRegionLog log = (await FormatAsync())!;
        await log.MarkAsync(0, 512);
        byte[] page = new byte[512];
        await disks[1].ReadAsync(512, page, CancellationToken.None);
        await log.MarkAsync(RegionSize, 512);
        // The second mark missed this plex.
        await disks[1].WriteAsync(512, page, WriteFlags.None, CancellationToken.None);
        DirtyRegionLogReading reading = await LoadAsync(disks);
        Assert.Equal([new ByteRange(0, RegionSize), new ByteRange(RegionSize, RegionSize)], reading.Dirty);
    });

    [Fact]
    public void Plexes_that_are_given_up_are_written_no_more() => simulator.Run(async () =>
    {
        DirtyRegionLog log = (await FormatAsync())!;
        log.Keep([new RecordId(9)]);
        Assert.False(log.Holds(new RecordId(8)));
        Assert.True(log.Holds(new RecordId(9)));
        Assert.True(await log.MarkAsync(0, 512));
        Assert.Empty((await LoadAsync(disks[0])).Dirty);
        Assert.Single((await LoadAsync(disks[1])).Dirty);
        log.Retire();
        Assert.False(log.IsEnabled);
        Assert.True(await log.MarkAsync(RegionSize, 512));
        Assert.Single((await LoadAsync(disks[1])).Dirty);
    });

    [Fact]
    public void A_device_of_a_plex_that_is_given_up_is_revoked() => simulator.Run(async () =>
    {
        LogPlex[] plexes = [Plex(8, disks[0]), Plex(9, disks[1])];
        DirtyRegionLog? log = await DirtyRegionLog.FormatAsync(plexes, VolumeLength, simulator.Engine);
        log!.Keep([new RecordId(9)]); // FormatAsync has written it
        byte[] sector = new byte[512];
        Assert.NotEqual(
            IoStatus.Success, await plexes[0].Device.WriteAsync(0, sector, WriteFlags.None, CancellationToken.None));
        Assert.Equal(
            IoStatus.Success,
            await plexes[1].Device.WriteAsync(0, sector, WriteFlags.None, CancellationToken.None));
    });

    [Fact]
    public void A_mark_that_cannot_be_made_durable_counts_nobody() => simulator.Run(async () =>
    {
        DirtyRegionLog log = (await FormatAsync())!;
        Fault[] faults = [.. disks.Select(disk => disk.Add(FaultRule.Always(DeviceOperations.Write)))];
        Assert.False(await log.MarkAsync(0, 512)); // no volume that could record the loss of the log
        Assert.Equal(1, log.DirtyCount);
        foreach ((FaultDevice disk, Fault fault) in disks.Zip(faults))
        {
            disk.Remove(fault);
        }

        const long other = 3840 * RegionSize; // on the second page
        Assert.True(await log.MarkAsync(other, 512));
        Assert.Equal(2, (await LoadAsync(disks[0])).Dirty.Count); // the page that had not arrived came along
        await log.CloseAsync(clear: true);
        Assert.Equal(1, log.DirtyCount); // the failed mark is idle, the other is in use
        Assert.Equal([new ByteRange(other, RegionSize)], (await LoadAsync(disks[1])).Dirty);
    });

    [Fact]
    public void A_log_is_cleared_at_its_end_only_when_that_is_asked_for() => simulator.Run(async () =>
    {
        DirtyRegionLog log = (await FormatAsync())!;
        await log.MarkAsync(0, 512);
        log.Drop(0, 512);
        await log.CloseAsync(clear: false);
        Assert.Single((await LoadAsync(disks[0])).Dirty);
        await log.CloseAsync(clear: true);
        Assert.Equal(0, log.DirtyCount);
        Assert.Empty((await LoadAsync(disks)).Dirty);
    });

    private static void Breaks(Action check) => Assert.Throws<InvariantViolationException>(check);

    private Task<DirtyRegionLog?> FormatAsync() =>
        DirtyRegionLog.FormatAsync([Plex(8, disks[0]), Plex(9, disks[1])], VolumeLength, simulator.Engine);

    private Task<DirtyRegionLogReading> LoadAsync(params FaultDevice[] from) =>
        DirtyRegionLog.LoadAsync(
            [.. from.Select(disk => Plex(disk == disks[0] ? 8 : 9, disk))], VolumeLength, simulator.Engine);

    private static LogPlex Plex(long id, FaultDevice device)
    {
        var record = new PlexRecord { Id = new RecordId(1), Name = "log", State = PlexState.Log };
        var subdisk = new SubdiskRecord
        {
            Id = new RecordId(2),
            Name = "sd",
            DiskId = new RecordId(3),
            DiskOffset = 0,
            Length = device.Length,
        };
        return new LogPlex(new RecordId(id), $"log{id}", new PlexDevice(PlexMap.Of(record, [subdisk]), _ => device));
    }
}
