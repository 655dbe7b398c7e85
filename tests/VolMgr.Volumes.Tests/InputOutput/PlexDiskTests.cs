using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.InputOutput;

public sealed class PlexDiskTests
{
    /// <summary>The first flush has done its work and not answered when another write completes.</summary>
    [Fact]
    public async Task A_write_that_completes_while_a_flush_answers_is_left_to_the_next_flush()
    {
        var cache = new VolatileCacheDevice(new MemoryDevice(65536));
        await using var device = new SlowAnswer(cache);
        var disk = new PlexDisk(device);
        await WriteAsync(disk, 0);
        Task<IoStatus> first = disk.FlushAsync(CancellationToken.None).AsTask();
        await WriteAsync(disk, 4096);
        Assert.NotEmpty(cache.Unflushed);
        device.Answer.SetResult();
        Assert.Equal(IoStatus.Success, await first);
        Assert.True(disk.HasDebt);
        Assert.Equal(IoStatus.Success, await disk.FlushAsync(CancellationToken.None));
        Assert.Empty(cache.Unflushed);
        Assert.False(disk.HasDebt);
    }

    private static async Task WriteAsync(PlexDisk disk, long offset) =>
        Assert.Equal(IoStatus.Success, await disk.CountAsync(
            disk.Device.WriteAsync(offset, new byte[512], WriteFlags.None, CancellationToken.None), isForced: false));

    private sealed class SlowAnswer(VolatileCacheDevice inner) : IExtentDevice
    {
        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Length => inner.Length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            inner.ReadAsync(offset, buffer, token);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            inner.WriteAsync(offset, data, flags, token);

        public async ValueTask<IoStatus> FlushAsync(CancellationToken token)
        {
            IoStatus status = await inner.FlushAsync(token);
            await Answer.Task;
            return status;
        }

        public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
            inner.ZeroAsync(offset, length, flags, token);

        public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
            inner.DiscardAsync(offset, length, token);

        public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
            inner.NextExtentAsync(offset, length, token);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
