using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Tests.Resync;

public sealed class CopyPolicyTests
{
    private const long Step = 1 << 20;

    private readonly Simulator simulator = new(1);
    private VolumeStatistics statistics;

    [Theory]
    [InlineData("application")]
    [InlineData("full-speed")]
    [InlineData("latency=2ms")]
    [InlineData("latency=0.5ms")]
    public void A_policy_is_written_as_it_is_read(string text) =>
        Assert.Equal(text, CopyPolicy.Parse(text)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("latency=")]
    [InlineData("latency=2")]
    [InlineData("latency=-2ms")]
    [InlineData("latency=0.01ms")]
    [InlineData("latency=70000ms")]
    public void What_is_no_policy_is_refused(string text) => Assert.Null(CopyPolicy.Parse(text));

    [Fact]
    public void Beside_applications_the_copy_takes_short_steps_and_rests()
    {
        (TimeSpan taken, long step) = CopyBeside(CopyPolicy.Application);
        Assert.Equal(256 << 10, step);
        Assert.InRange(taken.TotalSeconds, 3.0, 3.5); // 100 steps of 10 ms at 30 percent of the time
    }

    [Fact]
    public void At_full_speed_it_does_neither()
    {
        (TimeSpan taken, long step) = CopyBeside(CopyPolicy.FullSpeed);
        Assert.Equal(Step, step);
        Assert.InRange(taken.TotalSeconds, 1.0, 1.1);
    }

    [Fact]
    public void The_guard_of_the_tail_halves_the_rate_while_one_in_a_hundred_is_slow()
    {
        simulator.Run(async () =>
        {
            var throttle = Throttle(CopyPolicy.Latency(TimeSpan.FromMilliseconds(2)));
            double before = throttle.GuardRate;
            await StepAsync(throttle, operations: 1000, slow: 10);
            await StepAsync(throttle, operations: 1000, slow: 10);
            Assert.True(throttle.GuardRate <= before / 2, $"rate {throttle.GuardRate}");
            double low = throttle.GuardRate;
            await StepAsync(throttle, operations: 1000, slow: 0);
            Assert.True(throttle.GuardRate > low, $"rate {throttle.GuardRate}");
        });
    }

    [Fact]
    public void One_slow_operation_of_few_is_no_share_of_them()
    {
        simulator.Run(async () =>
        {
            var throttle = Throttle(CopyPolicy.Latency(TimeSpan.FromMilliseconds(20)));
            double before = throttle.GuardRate;
            for (int window = 0; window < 8; window++)
            {
                await StepAsync(throttle, operations: 50, slow: window % 4 == 0 ? 1 : 0); // one in 200
            }

            Assert.True(throttle.GuardRate > before, $"rate {throttle.GuardRate}");
            double high = throttle.GuardRate;
            await StepAsync(throttle, operations: 50, slow: 1);
            await StepAsync(throttle, operations: 50, slow: 1);
            Assert.True(throttle.GuardRate < high, $"rate {throttle.GuardRate}");
        });
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(20, 18)]
    public void Of_a_target_the_way_to_the_volume_and_back_is_taken_off(double target, double left) => Assert.Equal(
        left, CopyPolicy.Latency(TimeSpan.FromMilliseconds(target)).TailAtVolume.TotalMilliseconds);

    private CopyThrottle Throttle(CopyPolicy policy) => new(
        new CopyThrottleOptions { Policy = policy, LatencyTarget = TimeSpan.Zero }, simulator.Engine,
        () => statistics);

    private async Task StepAsync(CopyThrottle throttle, long operations, long slow)
    {
        DirectionStatistics reads = statistics.Reads;
        statistics = statistics with
        {
            Reads = reads with { Operations = reads.Operations + operations, Slow = reads.Slow + slow },
        };
        await simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(150), CancellationToken.None);
        await throttle.WaitAsync(Step, 0, CancellationToken.None);
    }

    private (TimeSpan Taken, long Step) CopyBeside(CopyPolicy policy)
    {
        TimeSpan before = simulator.Elapsed;
        long step = 0;
        simulator.Run(async () =>
        {
            var throttle = Throttle(policy);
            for (int index = 0; index < 100; index++)
            {
                DirectionStatistics reads = statistics.Reads;
                statistics = statistics with
                {
                    Reads = reads with
                    {
                        Operations = reads.Operations + 100,
                        Time = reads.Time + TimeSpan.FromSeconds(1), // busy: far more than two at a time
                    },
                };
                await throttle.WaitAsync(Step, 0, CancellationToken.None);
                await simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
                throttle.Took(Step, TimeSpan.FromMilliseconds(10));
            }

            step = throttle.LimitStep(Step);
        });
        return (simulator.Elapsed - before, step);
    }
}
