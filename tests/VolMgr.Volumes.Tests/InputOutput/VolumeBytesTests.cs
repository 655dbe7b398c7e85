using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Recovery;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>Requests that begin or end inside a sector.</summary>
public sealed class VolumeBytesTests
{
    [Fact]
    public void Any_range_is_written_zeroed_and_read_back()
    {
        VolumeWorld world = Mirror(1);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            byte[] model = new byte[8192];
            var random = new Random(5);
            for (int round = 0; round < 150; round++)
            {
                int offset = random.Next(model.Length);
                int length = random.Next(0, Math.Min(3000, model.Length - offset) + 1);
                if (round % 3 == 0)
                {
                    model.AsSpan(offset, length).Clear();
                    Assert.Equal(IoStatus.Success, await world.Volume.ZeroBytesAsync(
                        offset, length, WriteFlags.None, CancellationToken.None));
                }
                else
                {
                    random.NextBytes(model.AsSpan(offset, length));
                    await WriteAsync(world, offset, model[offset..(offset + length)]);
                }

                int from = random.Next(model.Length);
                byte[] read = new byte[random.Next(0, model.Length - from + 1)];
                Assert.Equal(IoStatus.Success, await world.Volume.ReadBytesAsync(from, read, CancellationToken.None));
                Assert.Equal(model[from..(from + read.Length)], read);
            }
        });
    }

    [Fact]
    public void Whole_sectors_are_written_without_a_read()
    {
        VolumeWorld world = Mirror(2);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            foreach (SimulatedDisk disk in world.Disks)
            {
                disk.Faults.Add(FaultRule.Always(DeviceOperations.Read));
            }

            await WriteAsync(world, 1024, new byte[2048]);
            Assert.Equal(IoStatus.Success, await world.Volume.ZeroBytesAsync(
                512, 512, WriteFlags.None, CancellationToken.None));
            Assert.NotEqual(IoStatus.Success, await world.Volume.WriteBytesAsync(
                1, new byte[512], WriteFlags.None, CancellationToken.None));
            Assert.Empty(world.Owner.Detached);
        });
    }

    [Fact]
    public void Edges_come_from_the_plex_that_can_be_read()
    {
        VolumeWorld world = Mirror(3);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, 0, Filled(7, 4096));
            world.DisksOf(2)[0].Faults.Add(FaultRule.Always(DeviceOperations.Read));
            for (int offset = 1; offset < 2048; offset += 512)
            {
                await WriteAsync(world, offset, [9]);
            }

            byte[] content = new byte[4096];
            Assert.Equal(IoStatus.Success, await world.Volume.ReadAsync(0, content, CancellationToken.None));
            Assert.Equal(4, content.Count(value => value == 9));
            Assert.Equal(4092, content.Count(value => value == 7));
        });
    }

    [Fact]
    public void A_forced_write_inside_a_sector_survives_a_loss_of_power()
    {
        VolumeWorld world = Mirror(4);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            Assert.Equal(IoStatus.Success, await world.Volume.WriteBytesAsync(
                700, Filled(3, 1500), WriteFlags.ForceUnitAccess, CancellationToken.None));
            Assert.All(world.Disks, disk => Assert.Empty(disk.Unflushed));
            world.Crash();
            await world.BootAsync();
            byte[] read = new byte[1500];
            Assert.Equal(IoStatus.Success, await world.Volume.ReadBytesAsync(700, read, CancellationToken.None));
            Assert.Equal(Filled(3, 1500), read);
        });
    }

    [Fact]
    public void A_forced_zero_inside_sectors_survives_a_loss_of_power()
    {
        VolumeWorld world = Mirror(5);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, 0, Filled(3, 4096));
            Assert.Equal(IoStatus.Success, await world.Volume.FlushAsync(CancellationToken.None));
            Assert.Equal(IoStatus.Success, await world.Volume.ZeroBytesAsync(
                700, 2000, WriteFlags.ForceUnitAccess, CancellationToken.None));
            Assert.All(world.Disks, disk => Assert.Empty(disk.Unflushed));
            world.Crash();
            await world.BootAsync();
            byte[] expected = Filled(3, 4096);
            expected.AsSpan(700, 2000).Clear();
            byte[] read = new byte[4096];
            Assert.Equal(IoStatus.Success, await world.Volume.ReadAsync(0, read, CancellationToken.None));
            Assert.Equal(expected, read);
        });
    }

    [Fact]
    public void Only_whole_sectors_of_a_zero_become_holes()
    {
        VolumeWorld world = Mirror(6);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, 0, Filled(3, 32768));
            Assert.Equal(IoStatus.Success, await world.Volume.ZeroBytesAsync(
                100, 20_000, WriteFlags.None, CancellationToken.None));
            ExtentReply head = await world.Volume.NextExtentAsync(0, 512, CancellationToken.None);
            Assert.Equal(ExtentKind.Data, head.Kind);
            ExtentReply middle = await world.Volume.NextExtentAsync(8192, 4096, CancellationToken.None);
            Assert.Equal(ExtentKind.Hole, middle.Kind);
        });
    }

    [Fact]
    public void A_write_inside_a_sector_that_recovery_has_not_reached_keeps_what_reads_saw()
    {
        VolumeWorld world = Mirror(7);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, 0, new byte[512]);
            await world.DisksOf(3)[0].WriteAsync(0, Filled(8, 512), WriteFlags.ForceUnitAccess, CancellationToken.None);
            world.Crash();
            await world.BootAsync();
            await WriteAsync(world, 10, [9]);
            Assert.Equal(MirrorRecoveryState.Completed, await world.RecoverAsync());
            byte[] expected = new byte[512];
            expected[10] = 9;
            foreach (PlexMember member in world.Volume.Plexes.Members)
            {
                byte[] content = new byte[512];
                Assert.Equal(IoStatus.Success, await member.Device.ReadAsync(0, content, CancellationToken.None));
                Assert.Equal(expected, content);
            }
        });
    }

    [Fact]
    public void Statistics_count_the_bytes_that_were_asked_for()
    {
        VolumeWorld world = Mirror(8);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, 1, new byte[3]);
            await world.Volume.ZeroBytesAsync(100, 2000, WriteFlags.None, CancellationToken.None);
            await world.Volume.ReadBytesAsync(5, new byte[7], CancellationToken.None);
            VolumeStatistics statistics = world.Volume.Statistics;
            Assert.Equal((2L, 2003L), (statistics.Writes.Operations, statistics.Writes.Bytes));
            Assert.Equal((1L, 7L), (statistics.Reads.Operations, statistics.Reads.Bytes));
        });
    }

    private static byte[] Filled(byte value, int length)
    {
        byte[] data = new byte[length];
        data.AsSpan().Fill(value);
        return data;
    }

    private static async Task WriteAsync(VolumeWorld world, long offset, byte[] data) =>
        Assert.Equal(IoStatus.Success, await world.Volume.WriteBytesAsync(
            offset, data, WriteFlags.None, CancellationToken.None));

    private static VolumeWorld Mirror(int seed)
    {
        var world = new VolumeWorld(seed, 256, null) { MayFail = true };
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Active);
        return world;
    }
}
