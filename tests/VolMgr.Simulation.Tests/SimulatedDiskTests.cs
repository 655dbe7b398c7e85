using VolMgr.Blocks;
using VolMgr.Blocks.Tests;

namespace VolMgr.Simulation.Tests;

public sealed class SimulatedDiskContractTests : BlockDeviceContract
{
    protected override Task OnDevice(Func<IExtentDevice, Task> test)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            Simulator simulator = new(seed);
            simulator.Run(() => test(new SimulatedDisk(simulator, DeviceLength)));
        }

        return Task.CompletedTask;
    }
}

public sealed class SimulatedDiskTests
{
    private const int Sector = 512;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Operations_complete_inline_or_take_virtual_time_as_the_seed_says()
    {
        Simulator simulator = new(1);
        int inline = 0;
        simulator.Run(async () =>
        {
            SimulatedDisk disk = new(simulator, 1 << 20);
            for (int turn = 0; turn < 200; turn++)
            {
                ValueTask<IoStatus> write = disk.WriteAsync(0, new byte[Sector], WriteFlags.None, Token);
                inline += write.IsCompleted ? 1 : 0;
                Assert.Equal(IoStatus.Success, await write);
            }
        });
        Assert.InRange(inline, 70, 130);
        Assert.InRange(simulator.Elapsed, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public void A_loss_of_power_keeps_the_flushed_and_any_subset_of_the_rest()
    {
        HashSet<string> survivors = [];
        for (int seed = 0; seed < 200; seed++)
        {
            Simulator simulator = new(seed);
            SimulatedDisk disk = new(simulator, 1 << 20);
            simulator.Run(async () =>
            {
                await disk.WriteAsync(0, Filled(1, Sector), WriteFlags.ForceUnitAccess, Token);
                await disk.WriteAsync(Sector, Filled(2, Sector), WriteFlags.None, Token);
                await disk.FlushAsync(Token);
                await disk.WriteAsync(2 * Sector, Filled(3, 2 * Sector), WriteFlags.None, Token);
                Assert.Equal(2, disk.Unflushed.Count);
                disk.PowerFail();
                Assert.Empty(disk.Unflushed);
                byte[] found = await TestWorld.Content(disk, 0, 4 * Sector);
                Assert.Equal((1, 2), (found[0], found[Sector]));
                survivors.Add($"{found[2 * Sector]}{found[3 * Sector]}");
            });
        }

        Assert.Equal(["00", "03", "30", "33"], survivors.Order());
    }

    [Fact]
    public void What_is_in_flight_when_the_power_fails_answers_not_reachable_and_does_not_land_later()
    {
        Simulator simulator = new(2);
        SimulatedDisk disk = new(simulator, 1 << 20, new SimulatedDiskOptions { InlineRate = 0 });
        simulator.Run(async () =>
        {
            Task<IoStatus> write = disk.WriteAsync(0, Filled(1, Sector), WriteFlags.None, Token).AsTask();
            Task<IoStatus> flush = disk.FlushAsync(Token).AsTask();
            disk.PowerFail(_ => true);
            Assert.Equal([IoStatus.NotReachable, IoStatus.NotReachable], await Task.WhenAll(write, flush));
            Assert.Equal(new byte[Sector], await TestWorld.Content(disk, 0, Sector));
        });
    }

    [Fact]
    public void A_split_write_is_seen_torn_by_a_reader_in_some_run()
    {
        int torn = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            Simulator simulator = new(seed);
            SimulatedDisk disk = new(simulator, 1 << 20, new SimulatedDiskOptions { InlineRate = 0.2, SplitRate = 1 });
            simulator.Run(async () =>
            {
                Task<IoStatus> write = disk.WriteAsync(0, Filled(1, 8 * Sector), WriteFlags.None, Token).AsTask();
                while (!write.IsCompleted)
                {
                    byte[] found = await TestWorld.Content(disk, 0, 8 * Sector);
                    torn += found[0] != found[7 * Sector] ? 1 : 0;
                    await simulator.Engine.DelayAsync(TimeSpan.FromMicroseconds(20), Token);
                }
            });
        }

        Assert.InRange(torn, 1, int.MaxValue);
    }

    [Fact]
    public void Faults_strike_the_disk()
    {
        Simulator simulator = new(3);
        SimulatedDisk disk = new(simulator, 1 << 20);
        disk.Faults.Add(FaultRule.Once(DeviceOperations.Write, IoStatus.Timeout));
        simulator.Run(async () =>
        {
            Assert.Equal(IoStatus.Timeout, await disk.WriteAsync(0, new byte[Sector], WriteFlags.None, Token));
            Assert.Equal(IoStatus.Success, await disk.WriteAsync(0, new byte[Sector], WriteFlags.None, Token));
        });
    }

    [Fact]
    public void A_hung_write_lands_when_it_is_let_go_however_late()
    {
        Simulator simulator = new(4);
        SimulatedDisk disk = new(simulator, 1 << 20);
        Fault hang = disk.Faults.Add(FaultRule.Hang(DeviceOperations.Write));
        byte[] seen = new byte[Sector];
        simulator.Run(async () =>
        {
            Task<IoStatus> write = disk.WriteAsync(0, new byte[Sector].Select(_ => (byte)7).ToArray(), WriteFlags.None,
                Token).AsTask();
            await simulator.Engine.DelayAsync(TimeSpan.FromHours(1), Token);
            Assert.False(write.IsCompleted);
            disk.Peek(0, seen);
            Assert.All(seen, octet => Assert.Equal(0, octet));
            disk.Faults.Remove(hang);
            Assert.Equal(IoStatus.Success, await write);
        });
        disk.Peek(0, seen);
        Assert.All(seen, octet => Assert.Equal(7, octet));
        Assert.InRange(simulator.Elapsed, TimeSpan.FromHours(1), TimeSpan.MaxValue);
    }

    [Theory]
    [InlineData(0, IoStatus.Success)]
    [InlineData(4096, IoStatus.MediaError)]
    public void Errors_of_a_range_strike_there_as_long_as_they_stand(long offset, IoStatus expected)
    {
        Simulator simulator = new(5);
        SimulatedDisk disk = new(simulator, 1 << 20);
        disk.Faults.Add(FaultRule.InRange(4096, Sector, DeviceOperations.All));
        simulator.Run(async () =>
        {
            for (int time = 0; time < 3; time++)
            {
                Assert.Equal(expected, await disk.ReadAsync(offset, new byte[Sector], Token));
                Assert.Equal(expected, await disk.WriteAsync(offset, new byte[Sector], WriteFlags.None, Token));
            }
        });
    }

    [Fact]
    public void A_poisoned_disk_holds_garbage_that_follows_from_the_seed_and_counts_as_data()
    {
        byte[] Garbage(int seed)
        {
            Simulator simulator = new(seed);
            SimulatedDisk disk = new(simulator, 1 << 20, new SimulatedDiskOptions { IsPoisoned = true });
            return simulator.Run(async () =>
            {
                ExtentReply reply = await disk.NextExtentAsync(0, 1 << 20, Token);
                Assert.Equal(new ExtentReply(IoStatus.Success, ExtentKind.Data, 1 << 20), reply);
                byte[] found = await TestWorld.Content(disk, 0, 1 << 20);
                await disk.DiscardAsync(0, 65536, Token);
                Assert.Equal(new byte[65536], await TestWorld.Content(disk, 0, 65536));
                return found;
            });
        }

        Assert.Equal(Garbage(4), Garbage(4));
        Assert.NotEqual(Garbage(4), Garbage(5));
        Assert.DoesNotContain(Garbage(6).Chunk(Sector), sector => sector.All(value => value == 0));
    }

    private static byte[] Filled(byte value, int length) => [.. Enumerable.Repeat(value, length)];
}
