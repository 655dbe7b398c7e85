using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>Marks of regions are durable before the writes that wait for them go on.</summary>
public sealed class DetachMapsTests
{
    private const int Region = 65536;
    private static readonly DetachMapGeometry Geometry = new(Region, 2);
    private readonly HeldDevice log = new(Geometry.Length);

    [Fact]
    public async Task Maps_that_nobody_can_read_do_not_say_that_nothing_was_written()
    {
        DetachMaps maps = DetachMaps.Broken(
            new AbsentDevice(Geometry.Length), Geometry, [0], () => Task.FromResult(false));

        Assert.Null(maps.Marked(0, 100 * Region));
        Assert.False(await maps.MarkAsync(0, 4096));
        Assert.Null(maps.Marked(0, 100 * Region));
    }

    [Fact]
    public async Task A_mark_that_was_read_is_written_once_before_it_is_relied_on()
    {
        await log.WriteAsync(
            Geometry.OffsetOf(0, 0), Bits(2), WriteFlags.None, CancellationToken.None);
        DetachMaps? maps = await DetachMaps.LoadAsync(log, Geometry, [0], () => Task.FromResult(false));
        Assert.NotNull(maps);
        log.Writes.Clear();

        Assert.True(await maps.MarkAsync(Region, 4096));

        Assert.Equal([(Geometry.OffsetOf(0, 0), WriteFlags.ForceUnitAccess)], log.Writes);
        Assert.True(await maps.MarkAsync(Region, 4096));
        Assert.Single(log.Writes);
        Assert.Equal([new ByteRange(Region, Region)], maps.Marked(0, 100 * Region));
    }

    /// <summary>Who comes while a page is written waits for the next write of it, and holds up nobody before
    /// him.</summary>
    [Fact]
    public async Task A_writer_waits_for_its_own_mark_and_not_for_those_that_came_later()
    {
        var maps = new DetachMaps(log, Geometry, () => Task.FromResult(false));
        Assert.True(await maps.BeginAsync(0));
        log.Held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource first = log.Held;
        Task<bool> one = maps.MarkAsync(0, 4096).AsTask();
        Task<bool> two = maps.MarkAsync(Region, 4096).AsTask();
        Task<bool> same = maps.MarkAsync(0, 4096).AsTask();
        log.Held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        first.SetResult();

        Assert.True(await one.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.False(two.IsCompleted);
        log.Held.SetResult();
        Assert.True(await two.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.True(await same.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_mark_that_failed_is_tried_again_by_the_next_writer_of_its_region()
    {
        var maps = new DetachMaps(log, Geometry, () => Task.FromResult(false));
        Assert.True(await maps.BeginAsync(0));
        log.Answer = IoStatus.MediaError;
        Assert.False(await maps.MarkAsync(0, 4096));
        log.Answer = IoStatus.Success;
        log.Writes.Clear();

        Assert.True(await maps.MarkAsync(0, 4096));

        Assert.Single(log.Writes);
    }

    private static byte[] Bits(byte first)
    {
        byte[] sector = new byte[512];
        sector[0] = first;
        return sector;
    }

    /// <summary>A log in memory whose writes wait as long as a test holds them.</summary>
    private sealed class HeldDevice(long length) : IBlockDevice
    {
        private readonly MemoryDevice medium = new(length);

        public long Length => medium.Length;

        public List<(long Offset, WriteFlags Flags)> Writes { get; } = [];

        public TaskCompletionSource? Held { get; set; }

        public IoStatus Answer { get; set; } = IoStatus.Success;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            medium.ReadAsync(offset, buffer, token);

        public async ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
        {
            Writes.Add((offset, flags));
            await (Held?.Task ?? Task.CompletedTask);
            return Answer == IoStatus.Success ? await medium.WriteAsync(offset, data, flags, token) : Answer;
        }

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) => medium.FlushAsync(token);

        public ValueTask DisposeAsync() => medium.DisposeAsync();
    }
}
