using VolMgr.Blocks;

namespace VolMgr.Simulation.Tests;

public sealed class DiskLieTests
{
    private const int Sector = 512;

    [Fact]
    public void A_lost_write_is_acknowledged_and_not_there()
    {
        (byte[] content, _) = After(DiskLieKind.LostWrite, disk => WriteAsync(disk, 0, 4, 7));
        Assert.All(content, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_torn_write_is_acknowledged_and_begins_only()
    {
        (byte[] content, _) = After(DiskLieKind.TornWrite, disk => WriteAsync(disk, 0, 4, 7));
        Assert.Equal(7, content[0]);
        Assert.Equal(0, content[(4 * Sector) - 1]);
    }

    [Fact]
    public void A_misdirected_write_is_somewhere_else_in_the_range_of_the_lie()
    {
        (byte[] content, _) = After(DiskLieKind.MisdirectedWrite, disk => WriteAsync(disk, 20 * Sector, 1, 7));
        Assert.Equal(0, content[20 * Sector]);
        Assert.Equal(Sector, content.Count(value => value == 7));
    }

    [Fact]
    public void A_reordered_write_comes_after_the_next_one()
    {
        (byte[] content, _) = After(DiskLieKind.ReorderedWrite, async disk =>
        {
            await WriteAsync(disk, 0, 1, 1);
            await WriteAsync(disk, 0, 1, 2);
        });
        Assert.Equal(1, content[0]);
    }

    [Fact]
    public void A_corrupt_read_changes_a_byte_of_the_answer_only()
    {
        int wrong = 0;
        (byte[] content, _) = After(DiskLieKind.CorruptRead, async disk =>
        {
            byte[] answer = new byte[Sector];
            await disk.ReadAsync(0, answer, CancellationToken.None);
            wrong = answer.Count(value => value != 0);
        });
        Assert.Equal(1, wrong);
        Assert.All(content, value => Assert.Equal(0, value));
    }

    [Fact]
    public void An_ignored_flush_leaves_everything_to_be_lost()
    {
        (_, SimulatedDisk disk) = After(DiskLieKind.IgnoredFlush, async disk =>
        {
            await WriteAsync(disk, 0, 1, 7);
            Assert.Equal(IoStatus.Success, await disk.FlushAsync(CancellationToken.None));
        });
        Assert.Single(disk.Unflushed);
    }

    [Fact]
    public void A_lie_is_told_as_often_as_it_says_and_not_after_the_disk_stopped()
    {
        (_, SimulatedDisk disk) = After(DiskLieKind.LostWrite, async disk =>
        {
            await WriteAsync(disk, 0, 1, 1);
            await WriteAsync(disk, 0, 1, 2);
        });
        Assert.Equal(1, disk.LiesTold);
    }

    [Fact]
    public void A_write_into_a_guarded_area_is_noted()
    {
        Simulator simulator = new(1);
        SimulatedDisk disk = new(simulator, 64 * Sector, new SimulatedDiskOptions { Name = "d0" });
        disk.Guard(8 * Sector, 8 * Sector);
        simulator.Run(async () =>
        {
            await WriteAsync(disk, 0, 8, 1);
            await WriteAsync(disk, 16 * Sector, 1, 1);
            Assert.Empty(disk.GuardHits);
            await WriteAsync(disk, 15 * Sector, 1, 1);
            await disk.ZeroAsync(0, 9 * Sector, WriteFlags.None, CancellationToken.None);
        });
        Assert.Equal(2, disk.GuardHits.Count);
        Assert.StartsWith("d0: write", disk.GuardHits[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Transfers_share_the_bandwidth_of_the_link()
    {
        Simulator simulator = new(1);
        SimulatedDisk disk = new(simulator, 1 << 20, new SimulatedDiskOptions
        {
            BytesPerSecond = 1 << 20,
            MinimumLatency = TimeSpan.Zero,
            MaximumLatency = TimeSpan.Zero,
            SplitRate = 0,
        });
        simulator.Run(() => Task.WhenAll(Enumerable.Range(0, 4).Select(part => simulator.Engine.StartAsync(
            () => WriteAsync(disk, part * (256 << 10), 512, 1)))));
        Assert.Equal(TimeSpan.FromSeconds(1), simulator.Elapsed);
    }

    private static async Task WriteAsync(SimulatedDisk disk, long offset, int sectors, byte value)
    {
        byte[] data = new byte[sectors * Sector];
        Array.Fill(data, value);
        Assert.Equal(
            IoStatus.Success, await disk.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None));
    }

    /// <summary>What an honest look finds after a disk that lies once has been used.</summary>
    private static (byte[] Content, SimulatedDisk Disk) After(DiskLieKind kind, Func<SimulatedDisk, Task> use)
    {
        Simulator simulator = new(3);
        SimulatedDisk disk = new(simulator, 64 * Sector, new SimulatedDiskOptions { SplitRate = 0 });
        disk.Lie(new DiskLie { Kind = kind, Limit = 1 });
        simulator.Run(() => use(disk));
        Assert.Equal(1, disk.LiesTold);
        byte[] content = new byte[64 * Sector];
        disk.Peek(0, content);
        return (content, disk);
    }
}
