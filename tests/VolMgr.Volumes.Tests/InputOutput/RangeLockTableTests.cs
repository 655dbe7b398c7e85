using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.InputOutput;

public sealed class RangeLockTableTests
{
    private readonly RangeLockTable table = new();

    [Fact]
    public void Ranges_that_do_not_touch_are_granted_at_once()
    {
        Assert.True(Ask(0, 512, RangeClass.Write).IsCompleted);
        Assert.True(Ask(512, 512, RangeClass.Write).IsCompleted);
        Assert.True(Ask(1024, 512, RangeClass.Exclusive).IsCompleted);
        Assert.Equal(3, table.Count);
    }

    [Theory]
    [InlineData((int)RangeClass.Shared, (int)RangeClass.Shared, true)]
    [InlineData((int)RangeClass.Shared, (int)RangeClass.Write, false)]
    [InlineData((int)RangeClass.Shared, (int)RangeClass.Exclusive, false)]
    [InlineData((int)RangeClass.Write, (int)RangeClass.Shared, false)]
    [InlineData((int)RangeClass.Write, (int)RangeClass.Write, false)]
    [InlineData((int)RangeClass.Write, (int)RangeClass.Exclusive, false)]
    [InlineData((int)RangeClass.Exclusive, (int)RangeClass.Shared, false)]
    [InlineData((int)RangeClass.Exclusive, (int)RangeClass.Write, false)]
    [InlineData((int)RangeClass.Exclusive, (int)RangeClass.Exclusive, false)]
    public void Only_reads_share(int held, int asked, bool isShared)
    {
        Assert.True(Ask(0, 1024, (RangeClass)held).IsCompleted);
        Assert.Equal(isShared, Ask(512, 1024, (RangeClass)asked).IsCompleted);
    }

    [Fact]
    public void Ranges_are_rounded_out_to_sectors()
    {
        Assert.True(Ask(0, 100, RangeClass.Write).IsCompleted);
        Assert.False(Ask(400, 50, RangeClass.Write).IsCompleted);
        Assert.True(Ask(512, 1, RangeClass.Write).IsCompleted);
    }

    [Fact]
    public async Task A_request_waits_behind_an_earlier_one_that_waits_itself()
    {
        Task<RangeHold> first = Ask(0, 512, RangeClass.Write);
        Task<RangeHold> copier = Ask(0, 4096, RangeClass.Exclusive);
        Task<RangeHold> second = Ask(1024, 512, RangeClass.Write); // free of the first, parked behind the copier
        Assert.False(copier.IsCompleted);
        Assert.False(second.IsCompleted);

        (await first).Release();
        RangeHold held = await copier;
        Assert.False(second.IsCompleted);
        held.Release();
        (await second).Release();
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public async Task A_cancelled_request_leaves_the_queue_and_frees_who_waited_behind_it()
    {
        using var cancel = new CancellationTokenSource();
        Task<RangeHold> reader = Ask(0, 512, RangeClass.Shared);
        Task<RangeHold> writer = table.AcquireAsync(0, 512, RangeClass.Write, cancel.Token).AsTask();
        Task<RangeHold> other = Ask(0, 512, RangeClass.Shared);
        Assert.False(other.IsCompleted);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer);
        (await other).Release();
        (await reader).Release();
        Assert.Equal(0, table.Count);
        Assert.True(Ask(0, 512, RangeClass.Exclusive).IsCompleted);
    }

    [Fact]
    public async Task A_hold_is_released_only_once()
    {
        RangeHold hold = await Ask(0, 512, RangeClass.Write);
        hold.Release();
        Assert.Throws<Blocks.InvariantViolationException>(hold.Release);
    }

    /// <summary>Goal: no two conflicting holders at once, order of arrival among conflicting requests, no deadlock.
    /// Method: seeded tasks take overlapping ranges in all classes, hold them for a while, and check a table of their
    /// own.</summary>
    [Fact]
    public void Random_requests_never_conflict_and_all_end()
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            var simulator = new Simulator(seed);
            var locks = new RangeLockTable();
            List<(ByteRange Range, RangeClass Kind)> holders = [];
            simulator.Run(() => Task.WhenAll(Enumerable.Range(0, 12).Select(_ => simulator.Engine.StartAsync(
                () => HoldAtRandomAsync(simulator, locks, holders)))));
            Assert.Empty(holders);
            Assert.Equal(0, locks.Count);
        }
    }

    private static async Task HoldAtRandomAsync(
        Simulator simulator, RangeLockTable locks, List<(ByteRange Range, RangeClass Kind)> holders)
    {
        Random random = simulator.Random;
        for (int index = 0; index < 10; index++)
        {
            var range = new ByteRange(random.Next(0, 20) * 512, random.Next(1, 8) * 512);
            var kind = (RangeClass)random.Next(1, 4);
            RangeHold hold = await locks.AcquireAsync(range.Offset, range.Length, kind, CancellationToken.None);
            Assert.DoesNotContain(holders, other => other.Range.Overlaps(range)
                && (kind != RangeClass.Shared || other.Kind != RangeClass.Shared));
            holders.Add((range, kind));
            await simulator.Engine.DelayAsync(
                TimeSpan.FromMicroseconds(random.Next(0, 500)), CancellationToken.None);
            holders.Remove((range, kind));
            hold.Release();
        }
    }

    private Task<RangeHold> Ask(long offset, long length, RangeClass kind) =>
        table.AcquireAsync(offset, length, kind, CancellationToken.None).AsTask();
}
