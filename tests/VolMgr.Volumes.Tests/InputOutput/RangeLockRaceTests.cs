using System.Runtime.CompilerServices;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>A grant and a cancellation that meet, and what is left at a token afterwards.</summary>
public sealed class RangeLockRaceTests
{
    // On one thread, the grant is given and who waits has not run yet when the token fires: the grant wins.
    [Fact]
    public void A_token_that_fires_between_the_grant_and_the_one_who_waits_changes_nothing()
    {
        var simulator = new Simulator(1);
        var table = new RangeLockTable();
        simulator.Run(async () =>
        {
            using var cancel = new CancellationTokenSource();
            RangeHold holder = await table.AcquireAsync(0, 512, RangeClass.Write, CancellationToken.None);
            Task<RangeHold> waiter = table.AcquireAsync(0, 512, RangeClass.Write, cancel.Token).AsTask();
            holder.Release();
            FireInline(cancel);
            Assert.Equal(1, table.Count);
            RangeHold held = await waiter;
            Assert.Equal(1, table.Count);
            held.Release();
            Assert.Equal(0, table.Count);
        });
    }

    [Fact]
    public async Task A_wait_that_has_ended_leaves_nothing_at_its_token()
    {
        using var cancel = new CancellationTokenSource();
        WeakReference table = await WaitOnceAsync(cancel.Token);
        for (int round = 0; round < 10 && table.IsAlive; round++)
        {
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(table.IsAlive);
        await cancel.CancelAsync();
    }

    [Fact]
    public async Task A_rule_is_told_whether_the_earlier_request_holds_or_waits()
    {
        var steps = new ListeningSteps();
        var table = new RangeLockTable(steps);
        RangeHold holder = await table.AcquireAsync(0, 512, RangeClass.Write, CancellationToken.None);
        Task<RangeHold> waiter = table.AcquireAsync(0, 512, RangeClass.Write, CancellationToken.None).AsTask();
        Task<RangeHold> third = table.AcquireAsync(0, 512, RangeClass.Write, CancellationToken.None).AsTask();
        Assert.Equal([true, true, false], steps.Told);
        holder.Release();
        (await waiter).Release();
        (await third).Release();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> WaitOnceAsync(CancellationToken token)
    {
        var table = new RangeLockTable();
        RangeHold holder = await table.AcquireAsync(0, 512, RangeClass.Write, CancellationToken.None);
        Task<RangeHold> waiter = table.AcquireAsync(0, 512, RangeClass.Write, token).AsTask();
        holder.Release();
        (await waiter).Release();
        return new WeakReference(table);
    }

    private static void FireInline(CancellationTokenSource source) => source.Cancel();

    private sealed class ListeningSteps : DataPathSteps
    {
        public List<bool> Told { get; } = [];

        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds)
        {
            Told.Add(earlierHolds);
            return base.MustWait(asked, earlier, earlierHolds);
        }
    }
}
