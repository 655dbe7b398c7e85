using System.Threading.Channels;
using VolMgr.Blocks;

namespace VolMgr.Simulation.Tests;

/// <summary>
/// Every awaitable of the base library that the engine uses stays on the simulated scheduler. Each test awaits one of
/// them often, completed before and after the await, under many seeds, and looks where it is after each await.
/// </summary>
public sealed class AwaitableTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Channel_of_bounded_capacity_stays() => StaysWithLoop(async (engine, stayed) =>
    {
        Channel<int> channel = Channel.CreateBounded<int>(new BoundedChannelOptions(2)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = false,
            SingleWriter = false,
            AllowSynchronousContinuations = false,
        });
        int sum = 0;
        async Task ReadLoop()
        {
            while (await channel.Reader.WaitToReadAsync(Token))
            {
                stayed();
                while (channel.Reader.TryRead(out int item))
                {
                    sum += item;
                }
            }

            stayed();
        }

        Task[] readers = [engine.StartAsync(ReadLoop), engine.StartAsync(ReadLoop)];
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => engine.StartAsync(async () =>
        {
            for (int item = 1; item <= 10; item++)
            {
                await channel.Writer.WriteAsync(item, Token);
                stayed();
            }
        })));
        stayed();
        channel.Writer.Complete();
        await Task.WhenAll(readers);
        stayed();
        await channel.Reader.Completion;
        stayed();
        Assert.Equal(165, sum);
    });

    [Fact]
    public void Channel_reads_of_one_item_stay() => StaysWithLoop(async (engine, stayed) =>
    {
        Channel<int> channel = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true });
        Task reader = engine.StartAsync(async () =>
        {
            for (int item = 0; item < 10; item++)
            {
                Assert.Equal(item, await channel.Reader.ReadAsync(Token));
                stayed();
            }
        });
        for (int item = 0; item < 10; item++)
        {
            await Task.Yield();
            stayed();
            Assert.True(channel.Writer.TryWrite(item));
        }

        await reader;
        stayed();
    });

    [Fact]
    public void Task_completion_source_stays() => StaysWithLoop(async (engine, stayed) =>
    {
        TaskCompletionSource<int> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] waiters = [.. Enumerable.Range(0, 3).Select(_ => engine.StartAsync(async () =>
        {
            Assert.Equal(7, await source.Task);
            stayed();
        }))];
        await Task.Yield();
        source.SetResult(7);
        await Task.WhenAll(waiters);
        stayed();
    });

    [Fact]
    public void When_all_and_when_any_stay() => StaysWithLoop(async (engine, stayed) =>
    {
        Task<int>[] tasks = [.. Enumerable.Range(1, 5).Select(value => engine.StartAsync(async () =>
        {
            await engine.DelayAsync(TimeSpan.FromMilliseconds(value % 3), Token);
            stayed();
            return value;
        }))];
        await await Task.WhenAny(tasks);
        stayed();
        Assert.Equal(15, (await Task.WhenAll(tasks)).Sum());
        stayed();
    });

    [Fact]
    public void Delay_by_the_virtual_clock_stays_also_when_it_is_cancelled() => StaysWithLoop(async (engine, stayed) =>
    {
        await Task.Delay(TimeSpan.FromSeconds(1), engine.Time, Token);
        stayed();
        using CancellationTokenSource source = new();
        Task delay = engine.DelayAsync(TimeSpan.FromDays(1), source.Token);
        Task cancelling = engine.StartAsync(async () =>
        {
            await engine.DelayAsync(TimeSpan.FromSeconds(1), Token);
            stayed();
            Cancel(source);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            try
            {
                await delay;
            }
            finally
            {
                stayed();
            }
        });
        await cancelling.ContinueWith(_ => { }, engine.Compute);
    });

    [Fact]
    public void Cancellation_after_a_delay_of_the_virtual_clock_stays() => StaysWithLoop(async (engine, stayed) =>
    {
        using CancellationTokenSource source = new(TimeSpan.FromSeconds(5), engine.Time);
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = source.Token.Register(cancelled.SetResult);
        await cancelled.Task;
        stayed();
    });

    [Fact]
    public void Semaphore_without_a_token_stays() => StaysWithLoop(async (engine, stayed) =>
    {
        using SemaphoreSlim semaphore = new(1, 1);
        int inside = 0;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => engine.StartAsync(async () =>
        {
            await semaphore.WaitAsync();
            stayed();
            Assert.Equal(1, ++inside);
            await Task.Yield();
            stayed();
            inside--;
            semaphore.Release();
        })));
        stayed();
    });

    [Fact]
    public void Blocking_calls_and_started_work_stay() => StaysWithLoop(async (engine, stayed) =>
    {
        int thread = Environment.CurrentManagedThreadId;
        Assert.Equal(thread, await engine.RunBlockingAsync(() => Environment.CurrentManagedThreadId));
        stayed();
        Assert.Equal(3, await engine.StartAsync(async () =>
        {
            await Task.Yield();
            stayed();
            return 3;
        }));
        stayed();
    });

    [Fact]
    public void Devices_stay_whether_they_complete_inline_or_not()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            Simulator simulator = new(seed);
            int thread = Environment.CurrentManagedThreadId;
            simulator.Run(async () =>
            {
                SimulatedDisk disk = new(simulator, 1 << 20);
                LatencyDevice slow = new(disk, new LatencyModel { Read = TimeSpan.FromSeconds(1) }, simulator.Time);
                for (int turn = 0; turn < 20; turn++)
                {
                    await slow.WriteAsync(0, new byte[8192], WriteFlags.ForceUnitAccess, Token);
                    AssertStayed(simulator, thread);
                    await slow.ReadAsync(0, new byte[8192], Token);
                    AssertStayed(simulator, thread);
                    await slow.FlushAsync(Token);
                    AssertStayed(simulator, thread);
                }
            });
        }
    }

    /// <summary>CancelAsync hops to the pool and is banned.</summary>
    private static void Cancel(CancellationTokenSource source) => source.Cancel();

    private static void StaysWithLoop(Func<EngineServices, Action, Task> program)
    {
        for (int seed = 0; seed < 30; seed++)
        {
            Simulator simulator = new(seed);
            int thread = Environment.CurrentManagedThreadId;
            simulator.Run(() => program(simulator.Engine, () => AssertStayed(simulator, thread)));
        }
    }

    private static void AssertStayed(Simulator simulator, int thread)
    {
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.Same(simulator.Engine.Compute, TaskScheduler.Current);
        Assert.False(Thread.CurrentThread.IsThreadPoolThread && Environment.CurrentManagedThreadId != thread);
    }
}
