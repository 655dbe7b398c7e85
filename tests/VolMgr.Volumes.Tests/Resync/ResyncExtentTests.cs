using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Recovery;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.InputOutput;

namespace VolMgr.Volumes.Tests.Resync;

/// <summary>What a volume tells about the parts of it that are not yet equal on all plexes.</summary>
public sealed class ResyncExtentTests
{
    /// <summary>Asks at every step of every range of a copy; the state of a range has to go one way only.</summary>
    [Fact]
    public void A_range_of_a_copy_is_dirty_then_copying_then_clean()
    {
        Watcher? watcher = null;
        var world = new VolumeWorld(1, 600, built => watcher = new Watcher(built));
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Detached, isPoisoned: true);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await world.Volume.WriteAsync(0, new byte[world.Length], WriteFlags.None, CancellationToken.None);
            Assert.Equal([(ResyncState.Clean, world.Length)], States(world.Volume));
            Task attach = world.AttachAsync(3);
            await VolumeSimulationTests.RunClientsAsync(world, 2, 30);
            await attach;
            Assert.Equal([(ResyncState.Clean, world.Length)], States(world.Volume));
            Assert.Equal([(ResyncState.Dirty, world.Length)], watcher!.AtAttach);
            Assert.NotEmpty(watcher.SeenAtLock);
            Assert.All(watcher.SeenAtLock, state => Assert.Equal(ResyncState.Copying, state));
            Assert.All(watcher.SeenAtRelease, state => Assert.Equal(ResyncState.Clean, state));
        });
    }

    /// <summary>Holds copies at random places: what is told to be clean is equal, and what is not has not been copied.
    /// The target is full of garbage, so that nothing is equal by chance.</summary>
    [Fact]
    public void What_is_clean_is_equal_on_both_plexes_whenever_a_copy_rests() =>
        VolumeSimulationTests.ForSeeds(25, 15_000, seed =>
        {
            var world = new VolumeWorld(seed, 600, null);
            world.AddPlex(2, WorldPlexState.Active);
            world.AddPlex(3, WorldPlexState.Detached, isPoisoned: true);
            world.Simulator.Run(() => PauseAndCompareAsync(world));
            return world;
        });

    [Fact]
    public void A_copy_that_goes_on_from_its_record_is_clean_up_to_there()
    {
        var map = new CopyMap(8192);
        map.MarkCopied(new ByteRange(0, 2048));
        map.MarkCopied(new ByteRange(4096, 1024));
        map.BeginWork(new ByteRange(2048, 1024));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 2048), map.StateAt(0, 8192));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 7), map.StateAt(100, 7));
        Assert.Equal(new ResyncExtent(ResyncState.Copying, 1), map.StateAt(3071, 8192));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 1024), map.StateAt(3072, 8192));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 524), map.StateAt(4596, 8192));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 3072), map.StateAt(5120, 8192));
        map.EndWork(new ByteRange(2048, 1024));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 2048), map.StateAt(2048, 8192));
    }

    [Fact]
    public void Recovery_is_dirty_where_it_has_not_been()
    {
        var map = RecoveryMap.Over(10L << 20, [new ByteRange(3 << 20, 1), new ByteRange(5 << 20, 2 << 20)]);
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 3 << 20), map.StateAt(0, 10 << 20));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, (1 << 20) - 5), map.StateAt((3 << 20) + 5, 7 << 20));
        map.BeginWork(5);
        Assert.Equal(new ResyncExtent(ResyncState.Copying, 1 << 20), map.StateAt(5 << 20, 5 << 20));
        map.MarkRecovered(map.RangeOf(5));
        map.EndWork(5);
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 2 << 20), map.StateAt(4 << 20, 6 << 20));
        map.MarkRecovered(map.RangeOf(3));
        map.MarkRecovered(map.RangeOf(6));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 1L << 40), map.StateAt(0, 1L << 40));
    }

    [Fact]
    public void A_mirror_without_a_log_is_dirty_after_a_crash_until_it_is_recovered()
    {
        var world = new VolumeWorld(4, 600, null);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Active);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await world.Volume.WriteAsync(0, new byte[512], WriteFlags.None, CancellationToken.None);
            world.Crash();
            await world.BootAsync();
            Assert.Equal([(ResyncState.Dirty, world.Length)], States(world.Volume));
            Assert.Equal(MirrorRecoveryState.Completed, await world.RecoverAsync());
            Assert.Equal([(ResyncState.Clean, world.Length)], States(world.Volume));
        });
    }

    [Fact]
    public void Beyond_the_end_everything_is_clean()
    {
        var world = new VolumeWorld(5, 600, null);
        world.AddPlex(2, WorldPlexState.Active);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            Assert.Equal(
                new ResyncExtent(ResyncState.Clean, 100), world.Volume.NextResyncExtent(world.Length + 3, 100));
            Assert.Equal(new ResyncExtent(ResyncState.Clean, 1), world.Volume.NextResyncExtent(world.Length - 1, 100));
        });
    }

    private static async Task PauseAndCompareAsync(VolumeWorld world)
    {
        await world.BootAsync(isFirst: true);
        await VolumeSimulationTests.RunClientsAsync(world, 2, 30);
        VolumeTask task = world.Tasks.Start(new TaskRequest
        {
            Type = "ATCOPY",
            Operation = "PLXATT",
            End = world.Length,
        });
        Task attach = world.AttachAsync(3, task);
        Random random = world.Simulator.Random;
        for (int round = 0; round < 3; round++)
        {
            await world.Simulator.Engine.DelayAsync(
                TimeSpan.FromMilliseconds(random.Next(1, 15)), CancellationToken.None);
            task.Pause();
            await world.Simulator.Engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
            await CompareAsync(world);
            task.Resume();
        }

        await attach;
        task.Finish(TaskState.Completed);
    }

    private static async Task CompareAsync(VolumeWorld world)
    {
        if (world.Volume.Plexes.Find(new RecordId(3)) is not { } target)
        {
            return;
        }

        byte[] source = await ContentAsync(world.Volume.Plexes.Members[0].Device, world.Length);
        byte[] copy = await ContentAsync(target.Device, world.Length);
        long offset = 0;
        foreach ((ResyncState state, long length) in States(world.Volume))
        {
            if (state == ResyncState.Clean)
            {
                var range = new Range((int)offset, (int)(offset + length));
                bool isEqual = source.AsSpan()[range].SequenceEqual(copy.AsSpan()[range]);
                Assert.True(isEqual, $"{length} bytes at {offset} are told to be clean and differ");
            }

            offset += length;
        }

        Assert.Equal(world.Length, offset);
    }

    private static async Task<byte[]> ContentAsync(PlexDevice plex, long length)
    {
        byte[] content = new byte[length];
        Assert.Equal(IoStatus.Success, await plex.ReadAsync(0, content, CancellationToken.None));
        return content;
    }

    private static List<(ResyncState State, long Length)> States(VolumeDevice volume)
    {
        List<(ResyncState, long)> states = [];
        for (long offset = 0; offset < volume.Length;)
        {
            ResyncExtent extent = volume.NextResyncExtent(offset, volume.Length - offset);
            Assert.True(extent.Length > 0);
            states.Add((extent.State, extent.Length));
            offset += extent.Length;
        }

        return states;
    }

    private sealed class Watcher(VolumeWorld world) : DataPathSteps
    {
        public List<(ResyncState State, long Length)> AtAttach { get; private set; } = [];

        public List<ResyncState> SeenAtLock { get; } = [];

        public List<ResyncState> SeenAtRelease { get; } = [];

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            switch (step)
            {
                case DataPathStep.Published when AtAttach.Count == 0:
                    AtAttach = States(world.Volume);
                    break;
                case DataPathStep.CopyLocked:
                    SeenAtLock.Add(world.Volume.NextResyncExtent(offset, length).State);
                    break;
                case DataPathStep.CopyReleased:
                    SeenAtRelease.Add(world.Volume.NextResyncExtent(offset, length).State);
                    break;
            }

            return default;
        }
    }
}
