using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using VolMgr.Volumes.Tests.InputOutput;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Resync;

/// <summary>A part of a copy throws, which nothing but a bug can bring about: nobody waits for it for ever.</summary>
public sealed class BrokenCopyTests
{
    [Theory]
    [InlineData(DataPathStep.CopyLocked)]
    [InlineData(DataPathStep.CopyRead)]
    [InlineData(DataPathStep.CopyReleased)]
    internal void Workers_that_throw_end_the_copy(DataPathStep step)
    {
        var world = new VolumeWorld(1, 600, _ => new ThrowingSteps(step));
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Detached);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await world.Volume.WriteAsync(0, new byte[world.Length], WriteFlags.None, CancellationToken.None);
            InvalidOperationException bug = await Assert.ThrowsAsync<InvalidOperationException>(
                () => world.AttachAsync(3));
            Assert.Equal("bug", bug.Message);
            Assert.Equal(0, world.Volume.InFlight);
            Assert.Equal(0, world.Volume.Core.Locks.Count);
        });
    }

    [Fact]
    public void A_checkpointer_that_throws_ends_the_copy()
    {
        var world = new VolumeWorld(2, 600, null);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Detached);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await world.Volume.WriteAsync(0, new byte[world.Length], WriteFlags.None, CancellationToken.None);
            await Assert.ThrowsAsync<InvalidOperationException>(() => world.AttachAsync(
                3, null, options => options with { Store = new ThrowingStore(), CheckpointBytes = 4096 }));
            Assert.Equal(0, world.Volume.InFlight);
        });
    }

    [Fact]
    public async Task The_task_fails_and_the_plex_is_backed_out()
    {
        var steps = new ThrowingSteps(DataPathStep.CopyRead);
        VolumeHost host = await new TestLab().BootAsync(steps: steps);
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB);
        await WriteAsync(volume, 0, Pattern(1, (int)MiB));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions()));
        Assert.Equal(TaskState.Failed, await task.Completion.WaitAsync(
            TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Null(group.Current.FindPlex("vol01-02"));
        Assert.Equal("", Volume(group, "vol01").TUtil0);
        steps.IsBroken = false;
        await CompletesAsync(Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions())));
        await PlexesAreEqualAsync(group, "vol01", 2);
        await Assert.ThrowsAsync<InvalidOperationException>(host.ShutdownAsync); // the bug is not forgotten
    }

    internal sealed class ThrowingSteps(DataPathStep broken) : DataPathSteps
    {
        public bool IsBroken { get; set; } = true;

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length) =>
            IsBroken && step == broken ? throw new InvalidOperationException("bug") : default;
    }

    private sealed class ThrowingStore : ICopyRecordStore
    {
        public ValueTask<CopyCheckpoint?> ReadAsync(CancellationToken token) => default;

        public ValueTask<IoStatus> WriteAsync(CopyCheckpoint checkpoint, CancellationToken token) =>
            throw new InvalidOperationException("bug");

        public ValueTask<IoStatus> ClearAsync(CancellationToken token) => default;
    }
}
