using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>When the log flushes and writes, and when it leaves that alone.</summary>
public sealed class DirtyRegionLogClearingTests
{
    private readonly Simulator simulator = new(1);
    private readonly LoggedVolume.Watch watch = new();
    private double started;

    [Fact]
    public void One_run_at_a_time_clears_what_was_idle_for_five_seconds_and_ends() => Run(async volume =>
    {
        await volume.MarkAsync(0, 5);
        volume.Drop(0);
        await WaitAsync(1);
        volume.Drop(1);
        await WaitAsync(1);
        volume.Drop(2);
        await WaitAsync(3.5); // 5.5
        Assert.Equal([5], Seconds());
        Assert.Equal(4, volume.Log.DirtyCount);
        await WaitAsync(6.5); // 12: the run has ended
        Assert.Equal([5, 10], Seconds());
        Assert.Equal(2, volume.Log.DirtyCount);
        volume.Drop(3);
        await WaitAsync(1);
        volume.Drop(4);
        await WaitAsync(8); // 21
        Assert.Equal([5, 10, 17], Seconds());
        Assert.Equal(1, volume.Log.DirtyCount);
        await WaitAsync(9); // 30
        Assert.Equal([5, 10, 17, 22], Seconds());
        Assert.Equal(0, volume.Log.DirtyCount);
        Assert.Empty(await volume.DurableAsync());
        Assert.Equal(4, watch.Clears);
    });

    [Fact]
    public void With_nothing_idle_nothing_is_flushed() => Run(async volume =>
    {
        await volume.Log.ClearIdleAsync();
        await volume.MarkAsync(0);
        await volume.Log.ClearIdleAsync();
        Assert.Empty(watch.Flushes);
        volume.Drop(0);
        await volume.Log.ClearIdleAsync();
        Assert.Single(watch.Flushes);
        Assert.Equal(0, volume.Log.DirtyCount);
        Assert.Empty(await volume.DurableAsync());
    });

    [Fact]
    public void Nothing_is_cleared_when_the_flush_failed() => Run(async volume =>
    {
        await volume.MarkAsync(0);
        volume.Drop(0);
        watch.Flush = IoStatus.NotReachable;
        await volume.Log.ClearIdleAsync();
        Assert.Equal(1, volume.Log.DirtyCount);
        Assert.Equal([0], await volume.DurableAsync());
        watch.Flush = IoStatus.Success;
        await WaitAsync(6);
        Assert.Empty(await volume.DurableAsync());
    });

    [Fact]
    public void A_log_that_is_closed_waits_for_nobody_and_writes_no_more() => Run(async volume =>
    {
        await volume.MarkAsync(0);
        volume.Drop(0);
        long before = simulator.Engine.Time.GetTimestamp();
        await volume.Log.CloseAsync(clear: false);
        Assert.InRange(simulator.Engine.Time.GetElapsedTime(before), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        int writes = volume.Writes.Count;
        await WaitAsync(60);
        Assert.Empty(watch.Flushes);
        Assert.Equal(writes, volume.Writes.Count);
        Assert.Equal([0], await volume.DurableAsync());
    });

    [Fact]
    public void A_region_that_is_marked_already_waits_for_nobody() => Run(async volume =>
    {
        await volume.MarkAsync(0);
        Task<bool> other = volume.MarkAsync(5000); // on its way to the disk
        Assert.False(other.IsCompleted);
        Task<bool> again = volume.MarkAsync(0);
        Assert.True(again.IsCompleted);
        Assert.True(await again);
        Assert.True(await other);
        volume.Drop(5000);
        volume.Drop(0, 1);
    });

    [Fact]
    public void With_the_log_off_marks_wait_for_nobody() => Run(async volume =>
    {
        volume.LogDisk.Faults.Add(FaultRule.Always(DeviceOperations.Write));
        Assert.True(await volume.MarkAsync(0));
        Assert.False(volume.Log.IsEnabled);
        Assert.True(volume.MarkAsync(5000).IsCompleted);
    });

    [Fact]
    public void What_was_found_at_a_start_is_not_written_again() => simulator.Run(async () =>
    {
        await using LoggedVolume volume = await LoggedVolume.StartAsync(simulator, watch, dirty: [3, 4000]);
        int before = volume.Writes.Count;
        Assert.True(volume.MarkAsync(3).IsCompleted);
        Assert.True(await volume.MarkAsync(9000)); // on a third page
        Assert.Equal(1, volume.Writes.Count - before);
        Assert.Equal([3, 4000, 9000], await volume.DurableAsync());
    });

    [Fact]
    public void What_was_held_is_released_once() => simulator.Run(async () =>
    {
        await using LoggedVolume volume = await LoggedVolume.StartAsync(simulator, watch, dirty: [3]);
        volume.Log.ReleaseHeld();
        volume.Log.ReleaseHeld();
        await WaitAsync(6);
        Assert.Equal(0, volume.Log.DirtyCount);
    });

    [Fact]
    public void The_steps_of_the_volume_say_which_regions_a_write_makes_dirty() => Run(async volume =>
    {
        watch.Around = 1;
        await volume.MarkAsync(5);
        Assert.Equal([4, 5, 6], await volume.DurableAsync());
        Assert.Equal((3, 3), volume.Log.Accounts);
    });

    /// <summary>The times of the flushes, in seconds since the volume was started.</summary>
    private IEnumerable<double> Seconds() => watch.Flushes.Select(at => Math.Round(at - started, 1));

    private Task WaitAsync(double seconds) =>
        simulator.Engine.DelayAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None);

    private void Run(Func<LoggedVolume, Task> body) => simulator.Run(async () =>
    {
        await using LoggedVolume volume = await LoggedVolume.StartAsync(simulator, watch);
        started = simulator.Engine.Time.GetTimestamp() / (double)simulator.Engine.Time.TimestampFrequency;
        await body(volume);
    });
}
