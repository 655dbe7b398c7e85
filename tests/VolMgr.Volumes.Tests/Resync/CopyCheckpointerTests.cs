using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tests.InputOutput;

namespace VolMgr.Volumes.Tests.Resync;

/// <summary>When a copy flushes its target and says so, in which order, and what a failure means.</summary>
public sealed class CopyCheckpointerTests
{
    private readonly Watch watch = new();
    private readonly Records records = new();
    private readonly CopyProgress progress = new();

    [Fact]
    public void The_record_says_what_was_captured_before_the_flush() => Run(async (world, checkpointer, map) =>
    {
        watch.OnFlush = () => map.MarkCopied(new ByteRange(4096, 4096)); // too late for this record
        map.MarkCopied(new ByteRange(0, 4096));
        Assert.True(await checkpointer.WriteAsync());
        Assert.Equal(["captured", "flush", "flushed"], watch.Seen);
        Assert.Equal(4096, Assert.Single(records.Written).Frontier);
        Assert.False(progress.IsStopped);
    });

    [Fact]
    public void What_is_due_is_due_once() => Run(async (world, checkpointer, _) =>
    {
        await progress.AddAsync(1 << 20, 0, 1 << 20, seesApplication: false);
        Assert.True(progress.DueAsync().IsCompleted);
        await checkpointer.WriteAsync();
        Assert.False(progress.DueAsync().IsCompleted);
    });

    [Fact]
    public void A_target_that_cannot_be_flushed_is_given_up_without_a_record() => Run(async (world, checkpointer, _) =>
    {
        world.MayFail = true;
        watch.Judgement = IoStatus.MediaError;
        PlexDevice target = world.Volume.Plexes.Find(new RecordId(4))!.Device;
        Assert.False(await checkpointer.WriteAsync());
        Assert.Empty(records.Written);
        Assert.Equal((PlexCopyState.TargetFailed, IoStatus.MediaError), (progress.State, progress.Reason));
        Assert.True(target.IsFaulted);
    });

    [Fact]
    public void Of_a_target_that_has_failed_no_record_is_written() => Run(async (world, checkpointer, _) =>
    {
        Assert.True(await world.DetachAsync(4));
        Assert.False(await checkpointer.WriteAsync());
        Assert.Empty(watch.Seen);
        Assert.Empty(records.Written);
        Assert.Equal((PlexCopyState.TargetFailed, IoStatus.NotReachable), (progress.State, progress.Reason));
    });

    [Fact]
    public void With_nothing_due_a_record_is_written_at_the_interval() => Run(async (world, checkpointer, _) =>
    {
        Task running = checkpointer.RunAsync();
        await WaitAsync(world, 4);
        Assert.Empty(records.Written);
        await WaitAsync(world, 2);
        Assert.Single(records.Written);
        await progress.AddAsync(1 << 20, 0, 1 << 20, seesApplication: false);
        await WaitAsync(world, 1);
        Assert.Equal(2, records.Written.Count);
        progress.EndWork();
        await running;
        Assert.Equal(2, records.Written.Count);
    });

    private static Task WaitAsync(VolumeWorld world, int seconds) =>
        world.Simulator.Engine.DelayAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None);

    private void Run(Func<VolumeWorld, CopyCheckpointer, CopyMap, Task> body)
    {
        var world = new VolumeWorld(2, 256, _ => watch);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(4, WorldPlexState.Attaching);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            var map = new CopyMap(world.Length);
            var options = new PlexCopyOptions
            {
                Volume = world.Volume,
                Target = new RecordId(4),
                IoSize = 4096,
                Store = records,
                CheckpointBytes = 1 << 20,
                CheckpointInterval = TimeSpan.FromSeconds(5),
            };
            await body(world, new CopyCheckpointer(options, world.Volume.Core, progress, () => map), map);
        });
    }

    private sealed class Watch : DataPathSteps
    {
        public List<string> Seen { get; } = [];

        public Action? OnFlush { get; set; }

        public IoStatus Judgement { get; set; }

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            if (step is DataPathStep.CheckpointCaptured or DataPathStep.CheckpointFlushed)
            {
                Seen.Add(step == DataPathStep.CheckpointCaptured ? "captured" : "flushed");
            }

            return default;
        }

        public override ValueTask<IoStatus> FlushBeforeRecordAsync(PlexDevice target)
        {
            Seen.Add("flush");
            OnFlush?.Invoke();
            return base.FlushBeforeRecordAsync(target);
        }

        public override IoStatus JudgeTarget(IoStatus status) =>
            Judgement == IoStatus.Success ? base.JudgeTarget(status) : Judgement;
    }

    private sealed class Records : ICopyRecordStore
    {
        public List<CopyCheckpoint> Written { get; } = [];

        public ValueTask<CopyCheckpoint?> ReadAsync(CancellationToken token) => default;

        public ValueTask<IoStatus> WriteAsync(CopyCheckpoint checkpoint, CancellationToken token)
        {
            Written.Add(checkpoint);
            return default;
        }

        public ValueTask<IoStatus> ClearAsync(CancellationToken token) => default;
    }
}
