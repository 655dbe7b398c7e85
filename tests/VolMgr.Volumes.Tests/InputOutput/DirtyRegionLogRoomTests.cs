using VolMgr.Simulation;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>Marks that find no room wait in the order of arrival, no longer than they must.</summary>
public sealed class DirtyRegionLogRoomTests
{
    private const int Most = LoggedVolume.MostDirty;

    private readonly Simulator simulator = new(1);
    private readonly LoggedVolume.Watch watch = new();

    [Fact]
    public void A_mark_without_room_clears_what_is_idle_at_once_after_one_flush_of_the_plexes() => Run(async volume =>
    {
        await volume.MarkAsync(0, Most);
        volume.Drop(0, Most);
        long before = simulator.Engine.Time.GetTimestamp();
        Assert.True(await volume.MarkAsync(Most));
        Assert.InRange(simulator.Engine.Time.GetElapsedTime(before), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        Assert.Single(watch.Flushes);
        Assert.Equal(1, volume.Log.DirtyCount);
        Assert.Equal([Most], await volume.DurableAsync());
    });

    [Fact]
    public void A_mark_waits_until_busy_regions_are_idle() => Run(async volume =>
    {
        await volume.MarkAsync(0, Most);
        Task<bool> waiting = volume.MarkAsync(Most);
        await WaitAsync(1);
        Assert.False(waiting.IsCompleted);
        Assert.Empty(watch.Flushes);
        volume.Drop(7);
        Assert.True(await waiting);
        Assert.Equal(Most, volume.Log.DirtyCount);
        Assert.Single(watch.Flushes);
    });

    [Fact]
    public void Who_comes_later_does_not_overtake_a_mark_that_waits_for_room() => Run(async volume =>
    {
        await volume.MarkAsync(0, 900);
        List<string> order = [];
        Task large = NoteAsync(volume.MarkAsync(1000, 200), "large", order);
        Task small = NoteAsync(volume.MarkAsync(5000), "small", order);
        Task last = NoteAsync(volume.MarkAsync(5001), "last", order);
        await WaitAsync(1);
        Assert.Empty(order);
        volume.Drop(0, 900);
        await Task.WhenAll(large, small, last);
        Assert.Equal(["large", "small", "last"], order);
        Assert.Single(watch.Flushes);
        Assert.Equal(202, volume.Log.DirtyCount);
        Assert.Equal([.. Enumerable.Range(1000, 200), 5000, 5001], await volume.DurableAsync());
    });

    [Fact]
    public void After_the_queue_is_empty_marks_go_straight_again() => Run(async volume =>
    {
        await volume.MarkAsync(0, Most);
        volume.Drop(0, Most);
        await volume.MarkAsync(Most);
        Assert.True(volume.MarkAsync(Most).IsCompleted, "it is marked already, and nobody waits");
    });

    private static async Task NoteAsync(Task<bool> mark, string name, List<string> order)
    {
        Assert.True(await mark);
        order.Add(name);
    }

    private Task WaitAsync(double seconds) =>
        simulator.Engine.DelayAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None);

    private void Run(Func<LoggedVolume, Task> body) => simulator.Run(async () =>
    {
        await using LoggedVolume volume = await LoggedVolume.StartAsync(simulator, watch);
        await body(volume);
    });
}
