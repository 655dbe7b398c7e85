namespace VolMgr.Blocks.Tests;

public sealed class VolatileCacheDeviceTests
{
    private const int Sector = 512;
    private const int Length = 1 << 20;

    private readonly MemoryDevice _medium = new(Length);
    private readonly FaultDevice _faults;
    private readonly VolatileCacheDevice _device;

    public VolatileCacheDeviceTests()
    {
        _faults = new FaultDevice(_medium);
        _device = new VolatileCacheDevice(_faults);
    }

    private static CancellationToken Token => TestWorld.Token;

    [Fact]
    public async Task Unflushed_writes_are_lost_with_the_power()
    {
        byte[] data = TestWorld.Bytes(1, 4096);
        await TestWorld.Write(_device, 0, data);
        Assert.Equal(data, await TestWorld.Content(_device, 0, 4096));
        await _device.LosePowerAsync(_ => false);
        Assert.Equal(new byte[4096], await TestWorld.Content(_device, 0, 4096));
        Assert.Empty(_device.Unflushed);
    }

    [Fact]
    public async Task Flushed_writes_survive_whatever_is_lost()
    {
        byte[] data = TestWorld.Bytes(2, 4096);
        await TestWorld.Write(_device, 0, data);
        await Flush(IoStatus.Success);
        await TestWorld.Write(_device, 0, TestWorld.Bytes(3, 1024));
        await _device.LosePowerAsync(_ => false);
        Assert.Equal(data, await TestWorld.Content(_device, 0, 4096));
    }

    [Fact]
    public async Task A_write_of_many_sectors_can_be_torn_anywhere()
    {
        byte[] data = TestWorld.Bytes(4, 4 * Sector);
        await TestWorld.Write(_device, 0, data);
        await _device.LosePowerAsync(sector => sector.Offset is 0 or 3 * Sector);
        byte[] expected = new byte[4 * Sector];
        data.AsSpan(0, Sector).CopyTo(expected);
        data.AsSpan(3 * Sector).CopyTo(expected.AsSpan(3 * Sector));
        Assert.Equal(expected, await TestWorld.Content(_device, 0, 4 * Sector));
    }

    [Fact]
    public async Task An_overwritten_content_may_be_the_one_that_survives()
    {
        byte[] first = TestWorld.Bytes(5, Sector);
        await TestWorld.Write(_device, 0, first);
        await TestWorld.Write(_device, 0, TestWorld.Bytes(6, Sector));
        Assert.Equal([new UnflushedSector(0, 2), new UnflushedSector(0, 1)], _device.Unflushed);
        await _device.LosePowerAsync(sector => sector.Write == 1);
        Assert.Equal(first, await TestWorld.Content(_device, 0, Sector));
    }

    [Fact]
    public async Task A_forced_write_covers_itself_only()
    {
        byte[] forced = TestWorld.Bytes(7, Sector);
        await TestWorld.Write(_device, 0, TestWorld.Bytes(8, 2 * Sector));
        await TestWorld.Write(_device, Sector, forced, WriteFlags.ForceUnitAccess);
        Assert.Equal([new UnflushedSector(0, 1)], _device.Unflushed);
        await _device.LosePowerAsync(_ => false);
        Assert.Equal(new byte[Sector], await TestWorld.Content(_device, 0, Sector));
        Assert.Equal(forced, await TestWorld.Content(_device, Sector, Sector));
    }

    [Fact]
    public async Task A_failed_flush_leaves_the_whole_debt()
    {
        byte[] data = TestWorld.Bytes(9, 4096);
        await TestWorld.Write(_device, 0, data);
        _faults.Add(FaultRule.Once(DeviceOperations.Flush));
        await Flush(IoStatus.MediaError);
        Assert.Equal(8, _device.Unflushed.Count);
        await Flush(IoStatus.Success);
        await _device.LosePowerAsync(_ => false);
        Assert.Equal(data, await TestWorld.Content(_device, 0, 4096));
    }

    [Fact]
    public async Task A_write_during_a_flush_is_not_covered_by_it()
    {
        byte[] older = TestWorld.Bytes(10, Sector);
        byte[] newer = TestWorld.Bytes(11, Sector);
        await TestWorld.Write(_device, 0, older);
        Fault hang = _faults.Add(FaultRule.Hang(DeviceOperations.Flush));
        Task<IoStatus> flush = _device.FlushAsync(Token).AsTask();
        await TestWorld.Write(_device, 0, newer);
        _faults.Remove(hang);
        Assert.Equal(IoStatus.Success, await flush);
        Assert.Equal(newer, await TestWorld.Content(_device, 0, Sector));
        await _device.LosePowerAsync(_ => false);
        Assert.Equal(older, await TestWorld.Content(_device, 0, Sector));
    }

    [Fact]
    public async Task A_transfer_under_way_when_the_power_fails_never_claims_success()
    {
        await TestWorld.Write(_device, 0, TestWorld.Bytes(12, Sector));
        Fault hang = _faults.Add(FaultRule.Hang(DeviceOperations.Flush));
        Task<IoStatus> running = _device.FlushAsync(Token).AsTask();
        Task<IoStatus> waiting =
            _device.WriteAsync(Sector, new byte[Sector], WriteFlags.ForceUnitAccess, Token).AsTask();
        Task<IoStatus> loss = _device.LosePowerAsync(_ => false).AsTask();
        _faults.Remove(hang);
        Assert.Equal(IoStatus.NotReachable, await running);
        Assert.Equal(IoStatus.NotReachable, await waiting);
        Assert.Equal(IoStatus.Success, await loss);
    }

    [Fact]
    public async Task Zeroes_stay_holes_through_a_flush()
    {
        await TestWorld.Write(_device, 0, TestWorld.Bytes(13, 65536));
        await Flush(IoStatus.Success);
        await _device.ZeroAsync(0, 65536, WriteFlags.None, Token);
        Assert.Equal(ExtentKind.Hole, (await _device.NextExtentAsync(0, 65536, Token)).Kind);
        Assert.Equal(65536, _medium.AllocatedBytes);
        await Flush(IoStatus.Success);
        Assert.Equal(0, _medium.AllocatedBytes);
    }

    /// <summary>
    /// Random writes, flushes and losses of power. A model holds for each sector the contents that may survive: the
    /// flushed one and all since. What is found must be one of them.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task After_a_loss_each_sector_holds_a_content_that_it_may_hold(int seed)
    {
        const int sectors = 32;
        Random random = new(seed);
        List<byte>[] mayHold = [.. Enumerable.Range(0, sectors).Select(_ => new List<byte> { 0 })];
        bool hasKept = false;
        bool hasLost = false;
        for (int step = 1; step <= 600; step++)
        {
            int first = random.Next(sectors);
            int count = random.Next(1, sectors - first + 1);
            byte value = (byte)random.Next(1, 256);
            byte[] data = [.. Enumerable.Repeat(value, count * Sector)];
            int choice = random.Next(10);
            WriteFlags flags = choice == 0 ? WriteFlags.ForceUnitAccess : WriteFlags.None;
            if (choice < 7)
            {
                await TestWorld.Write(_device, first * Sector, data, flags);
                for (int sector = first; sector < first + count; sector++)
                {
                    if (choice == 0)
                    {
                        mayHold[sector].Clear();
                    }

                    mayHold[sector].Add(value);
                }
            }
            else if (choice == 7)
            {
                await Flush(IoStatus.Success);
                Array.ForEach(mayHold, contents => contents.RemoveRange(0, contents.Count - 1));
            }
            else if (choice == 8)
            {
                await _device.LosePowerAsync(random);
                byte[] found = await TestWorld.Content(_device, 0, sectors * Sector);
                for (int sector = 0; sector < sectors; sector++)
                {
                    byte survivor = found[sector * Sector];
                    Assert.Equal(-1, found.AsSpan(sector * Sector, Sector).IndexOfAnyExcept(survivor));
                    Assert.Contains(survivor, mayHold[sector]);
                    hasKept |= mayHold[sector].Count > 1 && mayHold[sector][^1] == survivor;
                    hasLost |= mayHold[sector].Count > 1 && mayHold[sector][^1] != survivor;
                    mayHold[sector] = [survivor];
                }
            }
        }

        Assert.True(hasKept && hasLost);
    }

    private async Task Flush(IoStatus expected) => Assert.Equal(expected, await _device.FlushAsync(Token));
}
