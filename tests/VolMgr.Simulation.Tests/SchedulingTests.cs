using VolMgr.Blocks;

namespace VolMgr.Simulation.Tests;

public sealed class SchedulingTests
{
    [Fact]
    public void Priorities_find_the_order_that_needs_one_long_delay_more_often()
    {
        // One activity makes a single step while the other makes thirty: uniform choice hardly ever lets it be last.
        int uniform = Enumerable.Range(1, 300).Count(seed => SingleStepIsLast(seed, SchedulingStrategy.Uniform));
        int priorities = Enumerable.Range(1, 300).Count(seed => SingleStepIsLast(seed, SchedulingStrategy.Priorities));
        Assert.InRange(uniform, 0, 10);
        Assert.InRange(priorities, 30, 300);
    }

    [Fact]
    public void Both_strategies_are_the_same_run_for_the_same_seed()
    {
        foreach (SchedulingStrategy strategy in Enum.GetValues<SchedulingStrategy>())
        {
            RunFingerprint print = Simulator.RunTwice(() => new Simulator(5, strategy), WorkAsync);
            Assert.InRange(print.Steps, 20, 100_000);
            Assert.NotEqual(print, Simulator.RunTwice(() => new Simulator(6, strategy), WorkAsync));
        }
    }

    [Fact]
    public void A_program_that_is_not_the_same_twice_is_reported()
    {
        int runs = 0;
        Assert.Throws<SimulationDivergenceException>(() => Simulator.RunTwice(() => new Simulator(1), simulator =>
        {
            simulator.Note($"run {++runs}");
            return Task.CompletedTask;
        }));
    }

    [Fact]
    public void The_bytes_of_a_disk_are_part_of_the_run()
    {
        byte content = 0;
        Assert.Throws<SimulationDivergenceException>(() => Simulator.RunTwice(() => new Simulator(1), async simulator =>
        {
            SimulatedDisk disk = new(simulator, 4096);
            byte[] data = new byte[512];
            data[17] = ++content;
            await disk.WriteAsync(0, data, WriteFlags.None, CancellationToken.None);
        }));
    }

    [Fact]
    public void A_deadlock_tells_the_circle_and_what_is_not_done()
    {
        Simulator simulator = new(1);
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        simulator.Waits = Circle;
        simulator.Watch("write 17", never.Task);
        string message = Assert.Throws<SimulationDeadlockException>(() => simulator.Run(() => never.Task)).Message;
        Assert.Contains("a waits for range 0 of b", message);
        Assert.Contains("b waits for range 1 of a", message);
        Assert.DoesNotContain("c waits", message);
        Assert.Contains("write 17, for 0.000 ms", message);
    }

    [Fact]
    public void A_circle_is_found_although_others_can_still_run()
    {
        Simulator simulator = new(1) { WaitCheckInterval = 10, StepLimit = 1000, Waits = Circle };
        Assert.Throws<SimulationDeadlockException>(() => simulator.Run(SpinAsync));
    }

    [Fact]
    public void Waits_without_a_circle_are_no_deadlock()
    {
        Simulator simulator = new(1) { WaitCheckInterval = 10, StepLimit = 1000 };
        simulator.Waits = () =>
        {
            WaitForGraph graph = new();
            graph.Add("a", "b", "range 0");
            graph.Add("c", "b", "range 0");
            graph.Add("a", "c", "range 1");
            return graph;
        };
        Assert.Throws<SimulationStepLimitException>(() => simulator.Run(SpinAsync));
    }

    [Fact]
    public void An_activity_that_stays_open_while_others_run_starves()
    {
        Simulator simulator = new(1) { StarvationLimit = TimeSpan.FromSeconds(5) };
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        simulator.Watch("copy of plex 2", never.Task);
        string message = Assert.Throws<SimulationStarvationException>(() => simulator.Run(async () =>
        {
            while (true)
            {
                Task turn = simulator.Engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
                simulator.Watch("turn", turn);
                await turn;
            }
        })).Message;
        Assert.Contains("copy of plex 2, for 6000.000 ms", message);
    }

    private static WaitForGraph Circle()
    {
        WaitForGraph graph = new();
        graph.Add("c", "a", "range 1");
        graph.Add("a", "b", "range 0");
        graph.Add("b", "a", "range 1");
        return graph;
    }

    private static async Task SpinAsync()
    {
        while (true)
        {
            await Task.Yield();
        }
    }

    private static bool SingleStepIsLast(int seed, SchedulingStrategy strategy)
    {
        Simulator simulator = new(seed, strategy);
        bool isDone = false;
        bool wasLast = false;
        simulator.Run(() => Task.WhenAll(
            simulator.Engine.StartAsync(() =>
            {
                isDone = true;
                return Task.CompletedTask;
            }),
            simulator.Engine.StartAsync(async () =>
            {
                for (int step = 0; step < 30; step++)
                {
                    await Task.Yield();
                }

                wasLast = !isDone;
            })));
        return wasLast;
    }

    private static async Task WorkAsync(Simulator simulator)
    {
        SimulatedDisk disk = new(simulator, 1 << 16);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => simulator.Engine.StartAsync(async () =>
        {
            byte[] data = new byte[512];
            simulator.Random.NextBytes(data);
            await disk.WriteAsync(worker * 512, data, WriteFlags.None, CancellationToken.None);
            await disk.FlushAsync(CancellationToken.None);
        })));
    }
}
