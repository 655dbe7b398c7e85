namespace VolMgr.Simulation.Tests;

public sealed class VirtualTimeTests
{
    private readonly Simulator _simulator = new(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_weekend_passes_at_once() => _simulator.Run(async () =>
    {
        DateTimeOffset start = _simulator.Time.GetUtcNow();
        long stamp = _simulator.Time.GetTimestamp();
        await _simulator.Engine.DelayAsync(TimeSpan.FromDays(2), Token);
        Assert.Equal(TimeSpan.FromDays(2), _simulator.Time.GetUtcNow() - start);
        Assert.Equal(TimeSpan.FromDays(2), _simulator.Time.GetElapsedTime(stamp));
    });

    [Fact]
    public void Time_stands_still_while_anything_can_run() => _simulator.Run(async () =>
    {
        Task delay = _simulator.Engine.DelayAsync(TimeSpan.FromTicks(1), Token);
        for (int turn = 0; turn < 1000; turn++)
        {
            await Task.Yield();
            Assert.False(delay.IsCompleted);
            Assert.Equal(TimeSpan.Zero, _simulator.Elapsed);
        }

        await delay;
        Assert.Equal(TimeSpan.FromTicks(1), _simulator.Elapsed);
    });

    [Fact]
    public void Timers_fire_by_due_time()
    {
        List<int> order = [];
        _simulator.Run(() => Task.WhenAll(new[] { 30, 10, 20 }.Select(async milliseconds =>
        {
            await _simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(milliseconds), Token);
            order.Add(milliseconds);
        })));
        Assert.Equal([10, 20, 30], order);
    }

    [Fact]
    public void Timers_due_together_fire_in_an_order_of_the_seed()
    {
        HashSet<string> orders = [];
        for (int seed = 0; seed < 100; seed++)
        {
            Simulator simulator = new(seed);
            string order = string.Empty;
            simulator.Run(() => Task.WhenAll(Enumerable.Range(0, 3).Select(async name =>
            {
                await simulator.Engine.DelayAsync(TimeSpan.FromSeconds(1), Token);
                order += name;
            })));
            orders.Add(order);
        }

        Assert.Equal(6, orders.Count);
    }

    [Fact]
    public void A_changed_timer_fires_at_its_new_time_only_and_a_disposed_one_never() => _simulator.Run(async () =>
    {
        List<double> fired = [];
        void Note(object? state) => fired.Add(_simulator.Elapsed.TotalSeconds);
        ITimer changed = _simulator.Time.CreateTimer(Note, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        changed.Change(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        ITimer disposed = _simulator.Time.CreateTimer(Note, null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        await disposed.DisposeAsync();
        await _simulator.Engine.DelayAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal([3], fired);
        Assert.False(disposed.Change(TimeSpan.Zero, TimeSpan.Zero));
    });

    [Fact]
    public void A_periodic_timer_repeats_until_it_is_disposed() => _simulator.Run(async () =>
    {
        int fired = 0;
        ITimer timer = _simulator.Time.CreateTimer(
            _ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        await _simulator.Engine.DelayAsync(TimeSpan.FromSeconds(6), Token);
        await timer.DisposeAsync();
        await _simulator.Engine.DelayAsync(TimeSpan.FromSeconds(6), Token);
        Assert.Equal(3, fired);
    });
}
