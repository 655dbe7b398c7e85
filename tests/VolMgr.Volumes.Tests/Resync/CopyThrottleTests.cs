using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Tests.Resync;

public sealed class CopyThrottleTests
{
    private readonly Simulator simulator = new(1);
    private VolumeStatistics statistics;

    [Fact]
    public void Without_application_io_nothing_is_held_back() =>
        Assert.Equal(TimeSpan.Zero, Copy(new CopyThrottleOptions(), steps: 100, slowMs: 0));

    [Fact]
    public void The_cap_holds_over_the_whole_copy()
    {
        TimeSpan taken = Copy(new CopyThrottleOptions { BandwidthLimit = 10 << 20 }, steps: 51, slowMs: 0);
        Assert.InRange(taken.TotalSeconds, 4.99, 5.01);
    }

    [Fact]
    public void Slow_delays_each_step()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), Copy(new CopyThrottleOptions(), steps: 20, slowMs: 100));
        Assert.Equal(TimeSpan.FromSeconds(4), Copy(new CopyThrottleOptions(), steps: 20, slowMs: 200));
    }

    [Fact]
    public void The_guard_backs_off_to_the_minimum_rate_and_recovers()
    {
        var options = new CopyThrottleOptions
        {
            LatencyTarget = TimeSpan.FromMilliseconds(10),
            MinimumRate = 4 << 20,
        };
        simulator.Run(async () =>
        {
            var throttle = new CopyThrottle(options, simulator.Engine, () => statistics);
            for (int step = 0; step < 200; step++)
            {
                AddOperations(10, TimeSpan.FromMilliseconds(50));
                await throttle.WaitAsync(1 << 20, 0, CancellationToken.None);
                await simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            }

            Assert.Equal(4 << 20, throttle.GuardRate);
            for (int step = 0; step < 40; step++)
            {
                AddOperations(10, TimeSpan.FromMilliseconds(1));
                await throttle.WaitAsync(1 << 20, 0, CancellationToken.None);
            }

            Assert.True(throttle.GuardRate > 16 << 20, $"rate {throttle.GuardRate}");
            for (int window = 0; window < 2; window++)
            {
                await simulator.Engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
                await throttle.WaitAsync(1 << 20, 0, CancellationToken.None);
            }

            Assert.Equal(double.PositiveInfinity, throttle.GuardRate);
        });
    }

    [Fact]
    public void A_stop_ends_the_wait()
    {
        simulator.Run(async () =>
        {
            var throttle = new CopyThrottle(new CopyThrottleOptions(), simulator.Engine, () => statistics);
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1), simulator.Time);
            await throttle.WaitAsync(1 << 20, 1_000_000, stop.Token);
            Assert.Equal(TimeSpan.FromSeconds(1), simulator.Elapsed);
        });
    }

    private TimeSpan Copy(CopyThrottleOptions options, int steps, int slowMs)
    {
        TimeSpan before = simulator.Elapsed;
        simulator.Run(async () =>
        {
            var throttle = new CopyThrottle(options, simulator.Engine, () => statistics);
            for (int step = 0; step < steps; step++)
            {
                await throttle.WaitAsync(1 << 20, slowMs, CancellationToken.None);
            }
        });
        return simulator.Elapsed - before;
    }

    private void AddOperations(long count, TimeSpan each)
    {
        DirectionStatistics reads = statistics.Reads;
        statistics = statistics with
        {
            Reads = reads with { Operations = reads.Operations + count, Time = reads.Time + (each * count) },
        };
    }
}
