using VolMgr.Cli.Engine;

namespace VolMgr.Cli.Tests;

public sealed class BlockingTaskSchedulerTests
{
    [Fact]
    public async Task Calls_run_beside_each_other_up_to_the_limit_and_never_on_the_pool()
    {
        var scheduler = new BlockingTaskScheduler(3);
        int running = 0;
        int highest = 0;
        using var release = new ManualResetEventSlim();
        Task<bool>[] calls = [.. Enumerable.Range(0, 12).Select(_ => Task.Factory.StartNew(
            () =>
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMaximum(ref highest, now);
                if (now == 3)
                {
                    release.Set();
                }

                bool isReleased = release.Wait(TimeSpan.FromSeconds(20));
                Interlocked.Decrement(ref running);
                return isReleased && !Thread.CurrentThread.IsThreadPoolThread;
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            scheduler))];
        Assert.All(await Task.WhenAll(calls), Assert.True);
        Assert.Equal(3, highest);
    }

    [Fact]
    public async Task What_awaits_a_call_goes_on_at_the_pool()
    {
        var scheduler = new BlockingTaskScheduler(1);
        bool isOnPool = await Task.Run(
            async () =>
            {
                await Task.Factory.StartNew(
                    () => Thread.Sleep(20), CancellationToken.None, TaskCreationOptions.None, scheduler);
                return Thread.CurrentThread.IsThreadPoolThread;
            },
            TestContext.Current.CancellationToken);
        Assert.True(isOnPool);
    }

    private static void InterlockedMaximum(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (seen < value && Interlocked.CompareExchange(ref target, value, seen) is var found && found != seen)
        {
            seen = found;
        }
    }
}
