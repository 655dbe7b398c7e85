using VolMgr.Blocks;

namespace VolMgr.Simulation.Tests;

public sealed class SimulatorTests
{
    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Assert.Equal(RunWorkers(seed), RunWorkers(seed));
        }
    }

    [Fact]
    public void Other_seeds_give_other_interleavings() =>
        Assert.InRange(Enumerable.Range(0, 40).Select(seed => RunWorkers(seed)).Distinct().Count(), 35, 40);

    [Fact]
    public void Every_order_of_three_runnable_tasks_is_found()
    {
        HashSet<string> orders = [];
        for (int seed = 0; seed < 200; seed++)
        {
            Simulator simulator = new(seed);
            string order = string.Empty;
            simulator.Run(() => Task.WhenAll(
                Enumerable.Range(0, 3).Select(name => simulator.Engine.StartAsync(() =>
                {
                    order += name;
                    return Task.CompletedTask;
                }))));
            orders.Add(order);
        }

        Assert.Equal(6, orders.Count);
    }

    [Fact]
    public void Waiting_for_ever_is_a_deadlock()
    {
        Simulator simulator = new(1);
        TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SimulationDeadlockException failure =
            Assert.Throws<SimulationDeadlockException>(() => simulator.Run(() => never.Task));
        Assert.Contains("seed 1", failure.Message);
    }

    [Fact]
    public void A_program_that_spins_meets_the_step_limit()
    {
        Simulator simulator = new(1) { StepLimit = 1000 };
        Assert.Throws<SimulationStepLimitException>(() => simulator.Run(async () =>
        {
            while (true)
            {
                await Task.Yield();
            }
        }));
        Assert.Equal(1000, simulator.Steps);
    }

    [Fact]
    public void Work_from_another_thread_is_reported()
    {
        Simulator simulator = new(1);
        Thread foreign = new(() => _ = simulator.Engine.StartAsync(() => Task.CompletedTask));
        Assert.Throws<SimulationLeakException>(() => simulator.Run(async () =>
        {
            foreign.Start();
            foreign.Join();
            while (true)
            {
                await Task.Yield();
            }
        }));
    }

    [Fact]
    public void What_the_program_throws_comes_out()
    {
        Simulator simulator = new(1);
        Assert.Throws<InvalidOperationException>(() => simulator.Run(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException();
        }));
        Assert.ThrowsAny<OperationCanceledException>(() => simulator.Run(() => Task.FromCanceled(new(true))));
    }

    [Fact]
    public void A_second_run_goes_on_in_the_same_world()
    {
        Simulator simulator = new(3);
        TaskCompletionSource<int> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        simulator.Run(() => simulator.Engine.DelayAsync(TimeSpan.FromHours(1), TestContext.Current.CancellationToken));
        Task<int> left = simulator.Run(() => Task.FromResult(simulator.Engine.StartAsync(() => source.Task)));
        source.SetResult(7);
        Assert.Equal(7, simulator.Run(() => left));
        Assert.Equal(TimeSpan.FromHours(1), simulator.Elapsed);
    }

    [Fact]
    public void Identities_follow_from_the_seed_and_are_marked_random()
    {
        Guid[] first = [.. Enumerable.Range(0, 100).Select(_ => 0).Select(NewGuidOf(new Simulator(9)))];
        Guid[] second = [.. Enumerable.Range(0, 100).Select(_ => 0).Select(NewGuidOf(new Simulator(9)))];
        Assert.Equal(first, second);
        Assert.Equal(100, first.Distinct().Count());
        Assert.All(first, identity => Assert.Equal((4, 8), (identity.Version, identity.Variant & 0xC)));
    }

    private static Func<int, Guid> NewGuidOf(Simulator simulator) => _ => simulator.Engine.Identities.NewGuid();

    /// <summary>Ten workers that take turns; the log tells the interleaving and the time of each turn.</summary>
    private static string RunWorkers(int seed)
    {
        Simulator simulator = new(seed);
        List<string> log = [];
        simulator.Run(async () =>
        {
            SimulatedDisk disk = new(simulator, 1 << 16);
            await Task.WhenAll(Enumerable.Range(0, 10).Select(worker => simulator.Engine.StartAsync(async () =>
            {
                for (int turn = 0; turn < 5; turn++)
                {
                    await Task.Yield();
                    await disk.WriteAsync(worker * 512, new byte[1024], WriteFlags.None, CancellationToken.None);
                    log.Add($"{worker}.{turn}@{simulator.Elapsed.Ticks}");
                }
            })));
        });
        return string.Join(' ', log);
    }
}
