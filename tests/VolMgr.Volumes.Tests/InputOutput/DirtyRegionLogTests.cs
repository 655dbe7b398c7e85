using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.InputOutput;

public sealed class DirtyRegionLogTests
{
    private const long VolumeLength = 1L << 20;

    [Fact]
    public void A_header_is_read_back_and_every_flipped_byte_is_noticed()
    {
        var geometry = new DirtyRegionLogGeometry(VolumeLength);
        var id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        byte[] sector = new byte[512];
        DirtyRegionLogPage.WriteHeader(sector, id, geometry);
        Assert.Equal("VOLMGRDL", System.Text.Encoding.ASCII.GetString(sector, 0, 8));
        Assert.Equal("01000100", Convert.ToHexString(sector, 0x08, 4)); // version, and the oldest that can read it
        Assert.Equal("00112233445566778899AABBCCDDEEFF", Convert.ToHexString(sector, 0x10, 16));
        Assert.Equal(ReadStatus.Valid, DirtyRegionLogPage.ReadHeader(sector, geometry, out Guid found));
        Assert.Equal(id, found);
        Assert.Equal(
            ReadStatus.Inconsistent,
            DirtyRegionLogPage.ReadHeader(sector, new DirtyRegionLogGeometry(2 * VolumeLength), out _));
        for (int index = 0; index < sector.Length; index++)
        {
            sector[index] ^= 0x40;
            ReadStatus expected = index < 8 ? ReadStatus.NotOurs : ReadStatus.BadChecksum;
            Assert.Equal(expected, DirtyRegionLogPage.ReadHeader(sector, geometry, out _));
            sector[index] ^= 0x40;
        }
    }

    [Fact]
    public void A_bitmap_page_is_read_back_and_every_flipped_byte_is_noticed()
    {
        Guid id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        byte[] bits = new byte[480];
        bits[7] = 0x81;
        byte[] sector = new byte[512];
        DirtyRegionLogPage.WriteBits(sector, id, 3, bits);
        byte[] read = new byte[480];
        read[7] = 0x02;
        Assert.Equal(ReadStatus.Valid, DirtyRegionLogPage.ReadBits(sector, id, 3, read));
        Assert.Equal(0x83, read[7]);
        Assert.Equal(ReadStatus.Inconsistent, DirtyRegionLogPage.ReadBits(sector, id, 4, read));
        Assert.Equal(ReadStatus.NotOurs, DirtyRegionLogPage.ReadBits(sector, Guid.Empty, 3, read));
        for (int index = 0; index < sector.Length; index++)
        {
            sector[index] ^= 0x01;
            Assert.NotEqual(ReadStatus.Valid, DirtyRegionLogPage.ReadBits(sector, id, 3, read));
            sector[index] ^= 0x01;
        }
    }

    [Fact]
    public void Space_that_holds_no_log_is_wholly_dirty()
    {
        var simulator = new Simulator(1);
        DirtyRegionLogReading reading = simulator.Run(() => DirtyRegionLog.LoadAsync(
            [Plex(8, new MemoryDevice(DirtyRegionLogGeometry.LogLength))], VolumeLength, simulator.Engine));
        Assert.Null(reading.Log);
        Assert.Equal([new ByteRange(0, VolumeLength)], reading.Dirty);
        Assert.Equal([new RecordId(8)], reading.Lost);
    }

    [Fact]
    public void A_mark_is_found_after_a_crash_on_either_plex_and_a_broken_page_makes_its_regions_dirty()
    {
        var simulator = new Simulator(2);
        var first = new MemoryDevice(DirtyRegionLogGeometry.LogLength);
        var second = new MemoryDevice(DirtyRegionLogGeometry.LogLength);
        simulator.Run(async () =>
        {
            DirtyRegionLog? log = await DirtyRegionLog.FormatAsync(
                [Plex(8, first), Plex(9, second)], VolumeLength, simulator.Engine);
            Assert.True(await log!.MarkAsync(65536 - 512, 1024)); // FormatAsync has written both
            foreach (MemoryDevice device in (MemoryDevice[])[first, second])
            {
                DirtyRegionLogReading reading = await DirtyRegionLog.LoadAsync(
                    [Plex(8, device)], VolumeLength, simulator.Engine);
                Assert.Equal([new ByteRange(0, 65536), new ByteRange(65536, 65536)], reading.Dirty);
            }

            await first.WriteAsync(512, new byte[512], WriteFlags.None, CancellationToken.None);
            DirtyRegionLogReading broken = await DirtyRegionLog.LoadAsync(
                [Plex(8, first), Plex(9, second)], VolumeLength, simulator.Engine);
            Assert.Equal(16, broken.Dirty.Count);
            Assert.Equal(16, broken.Log!.DirtyCount);
        });
    }

    [Fact]
    public void Marks_that_arrive_together_share_writes_of_the_log()
    {
        var simulator = new Simulator(3);
        var device = new CountedWrites(new SimulatedDisk(
            simulator, DirtyRegionLogGeometry.LogLength, new SimulatedDiskOptions { InlineRate = 0 }));
        simulator.Run(async () =>
        {
            DirtyRegionLog? log = await DirtyRegionLog.FormatAsync(
                [new LogPlex(new RecordId(8), "log", Over(device))], VolumeLength, simulator.Engine);
            int before = device.Count;
            Task<bool>[] marks = [.. Enumerable.Range(0, 16)
                .Select(region => log!.MarkAsync(region * 65536L, 512).AsTask())];
            Assert.All(await Task.WhenAll(marks), Assert.True);
            Assert.InRange(device.Count - before, 1, 2);
        });
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_durably_out_before_the_write_goes_on()
    {
        var world = new VolumeWorld(5, 256, null);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddLog(8);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            world.LogDisk(8).Faults.Add(FaultRule.Always(DeviceOperations.Write));
            byte[] data = new byte[512];
            Assert.Equal(
                IoStatus.Success, await world.Volume.WriteAsync(0, data, WriteFlags.None, CancellationToken.None));
            Assert.Empty(world.Configuration.Logs);
            Assert.False(world.Volume.Log!.IsEnabled);
        });
    }

    [Fact]
    public void A_write_fails_when_neither_the_mark_nor_the_loss_of_the_log_is_durable()
    {
        var world = new VolumeWorld(7, 256, null) { MayFail = true };
        world.AddPlex(2, WorldPlexState.Active);
        world.AddLog(8);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            byte[] data = new byte[512];
            Assert.Equal(
                IoStatus.Success, await world.Volume.WriteAsync(0, data, WriteFlags.None, CancellationToken.None));
            world.LogDisk(8).Faults.Add(FaultRule.Always(DeviceOperations.Write));
            world.Configuration.IsBroken = true;
            Assert.NotEqual(
                IoStatus.Success, await world.Volume.WriteAsync(65536, data, WriteFlags.None, CancellationToken.None));
            world.LogDisk(8).Faults.Clear();
            Assert.Equal(
                IoStatus.Success, await world.Volume.WriteAsync(65536, data, WriteFlags.None, CancellationToken.None));
        });
    }

    private static LogPlex Plex(long id, IExtentDevice device) => new(new RecordId(id), $"log{id}", Over(device));

    private static PlexDevice Over(IExtentDevice device)
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
        return new PlexDevice(PlexMap.Of(record, [subdisk]), _ => device);
    }
}
