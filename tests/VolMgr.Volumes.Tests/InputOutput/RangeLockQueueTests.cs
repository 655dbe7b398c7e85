using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>What the queue of a range lock keeps of requests that come, leave and come again.</summary>
public sealed class RangeLockQueueTests
{
    private readonly RangeLockTable table = new();

    [Fact]
    public async Task Whoever_watches_is_told_who_waits_for_whom()
    {
        RangeHold reader = await Ask(0, 512, RangeClass.Shared);
        Task<RangeHold> writer = Ask(0, 1024, RangeClass.Write);
        Task<RangeHold> copier = Ask(512, 4096, RangeClass.Exclusive);
        Assert.Equal(
            [
                ("#1 Shared 0+512", null),
                ("#2 Write 0+1024", "#1 Shared 0+512"),
                ("#3 Exclusive 512+4096", "#2 Write 0+1024"),
            ],
            table.Waits());
        reader.Release();
        Assert.Equal(
            [("#1 Write 0+1024", null), ("#2 Exclusive 512+4096", "#1 Write 0+1024")], table.Waits());
        (await writer).Release();
        (await copier).Release();
        Assert.Empty(table.Waits());
    }

    // Every order of release of three neighbours in the list: first, middle, last.
    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public async Task Requests_leave_in_any_order_and_the_others_stay(int first, int second, int third)
    {
        for (int round = 0; round < 3; round++)
        {
            RangeHold[] holds =
            [
                await Ask(0, 512, RangeClass.Write),
                await Ask(512, 512, RangeClass.Write),
                await Ask(1024, 512, RangeClass.Write),
            ];
            List<string> names = ["Write 0+512", "Write 512+512", "Write 1024+512"];
            foreach (int leaving in new[] { first, second, third })
            {
                holds[leaving].Release();
                names[leaving] = "";
                Assert.Equal(
                    names.Where(name => name.Length > 0).Select((name, index) => $"#{index + 1} {name}"),
                    table.Waits().Select(wait => wait.Waiter));
                Assert.Equal(names.Count(name => name.Length > 0), table.Count);
            }
        }
    }

    [Fact]
    public async Task A_request_that_waits_for_two_goes_on_when_both_have_left()
    {
        RangeHold left = await Ask(0, 512, RangeClass.Write);
        RangeHold right = await Ask(512, 512, RangeClass.Write);
        Task<RangeHold> both = Ask(0, 1024, RangeClass.Exclusive);
        left.Release();
        Assert.False(both.IsCompleted);
        right.Release();
        (await both).Release();
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public async Task A_place_that_is_used_again_wakes_nobody_of_before()
    {
        using var cancel = new CancellationTokenSource();
        RangeHold holder = await Ask(0, 512, RangeClass.Write);
        Task<RangeHold> leaver = table.AcquireAsync(0, 512, RangeClass.Write, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        RangeHold other = await Ask(512, 512, RangeClass.Write); // in the place of the one that left
        Task<RangeHold> waiter = Ask(512, 512, RangeClass.Write);
        holder.Release();
        Assert.False(waiter.IsCompleted);
        other.Release();
        (await waiter).Release();
    }

    [Fact]
    public async Task A_cancellation_that_comes_after_the_grant_changes_nothing()
    {
        using var cancel = new CancellationTokenSource();
        RangeHold holder = await Ask(0, 512, RangeClass.Write);
        Task<RangeHold> waiter = table.AcquireAsync(0, 512, RangeClass.Write, cancel.Token).AsTask();
        holder.Release();
        RangeHold held = await waiter;
        await cancel.CancelAsync();
        Assert.Equal(1, table.Count);
        Assert.False(Ask(0, 512, RangeClass.Write).IsCompleted);
        held.Release();
    }

    // The registration ends with the wait: a token that fires late must not take out whoever has the place by then.
    [Fact]
    public async Task A_late_cancellation_does_not_reach_the_next_who_waits_in_the_same_place()
    {
        using var cancel = new CancellationTokenSource();
        RangeHold holder = await Ask(0, 512, RangeClass.Write);
        Task<RangeHold> waiter = table.AcquireAsync(0, 512, RangeClass.Write, cancel.Token).AsTask();
        holder.Release();
        (await waiter).Release();
        holder = await Ask(0, 512, RangeClass.Write);
        Task<RangeHold> next = Ask(0, 512, RangeClass.Write);
        await cancel.CancelAsync();
        Assert.False(next.IsCompleted);
        holder.Release();
        (await next).Release();
    }

    [Fact]
    public async Task The_exception_of_a_cancelled_request_names_its_token()
    {
        using var cancel = new CancellationTokenSource();
        RangeHold holder = await Ask(0, 512, RangeClass.Write);
        Task<RangeHold> waiter = table.AcquireAsync(0, 512, RangeClass.Write, cancel.Token).AsTask();
        await cancel.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
        Assert.Equal(cancel.Token, thrown.CancellationToken);
        holder.Release();
    }

    [Fact]
    public async Task A_stale_hold_does_not_release_the_next_who_has_its_place()
    {
        RangeHold stale = await Ask(0, 512, RangeClass.Write);
        stale.Release();
        RangeHold live = await Ask(0, 512, RangeClass.Write);
        Assert.Throws<InvariantViolationException>(stale.Release);
        Assert.Equal(1, table.Count);
        live.Release();
    }

    [Fact]
    public async Task Taking_a_free_range_again_allocates_nothing()
    {
        (await Ask(0, 512, RangeClass.Write)).Release();
        (await Ask(0, 512, RangeClass.Write)).Release();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 100; round++)
        {
            ValueTask<RangeHold> asked = table.AcquireAsync(0, 512, RangeClass.Write, CancellationToken.None);
            Assert.True(asked.IsCompletedSuccessfully);
            (await asked).Release();
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 99);
    }

    private Task<RangeHold> Ask(long offset, long length, RangeClass kind) =>
        table.AcquireAsync(offset, length, kind, CancellationToken.None).AsTask();
}
