using VolMgr.Simulation;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>An application that writes all over a volume soon has no more to wait for the log.</summary>
public sealed class DirtyRegionMarkAheadTests
{
    private readonly Simulator simulator = new(1);

    [Fact]
    public void Marks_that_follow_one_another_take_their_neighbours_along_up_to_a_quarter_of_the_cap() =>
        Run(async volume =>
        {
            int before = volume.Writes.Count;
            for (int region = 0; region < 200; region++)
            {
                await UseAsync(volume, region);
            }

            Assert.InRange(volume.Writes.Count - before, 5, 20);
            for (int region = 1000; region < 16000; region += 200)
            {
                await UseAsync(volume, region);
            }

            int[] wanted = [.. Enumerable.Range(0, 200), .. Enumerable.Range(5, 75).Select(index => index * 200)];
            Assert.InRange(volume.Log.DirtyCount, wanted.Length, LoggedVolume.MostDirty / 4 + 75);
            Assert.Empty(wanted.Except(await volume.DurableAsync()));
        });

    [Fact]
    public void Single_writes_and_slow_ones_mark_what_they_write_and_nothing_else() => Run(async volume =>
    {
        int[] regions = [.. Enumerable.Range(0, 5).Select(index => index * 3)];
        foreach (int region in regions)
        {
            await UseAsync(volume, region);
        }

        Assert.Equal(regions, await volume.DurableAsync());
        for (int index = 0; index < 20; index++)
        {
            await simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(25), CancellationToken.None);
            await UseAsync(volume, 100 + index * 3);
        }

        Assert.Equal(25, volume.Log.DirtyCount);
    });

    [Fact]
    public void What_was_marked_ahead_and_not_written_is_clean_again_after_the_delay() => Run(async volume =>
    {
        for (int region = 0; region < 64; region += 2)
        {
            await UseAsync(volume, region);
        }

        Assert.InRange(volume.Log.DirtyCount, 40, 128);
        await simulator.Engine.DelayAsync(TimeSpan.FromSeconds(11), CancellationToken.None);
        Assert.Equal(0, volume.Log.DirtyCount);
        Assert.Empty(await volume.DurableAsync());
    });

    private static async Task UseAsync(LoggedVolume volume, int region)
    {
        Assert.True(await volume.MarkAsync(region));
        volume.Drop(region);
    }

    private void Run(Func<LoggedVolume, Task> test) => simulator.Run(async () =>
    {
        await using LoggedVolume volume = await LoggedVolume.StartAsync(simulator, new LoggedVolume.Watch());
        await test(volume);
    });
}
