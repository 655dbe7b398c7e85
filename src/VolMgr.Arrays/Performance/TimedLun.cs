using VolMgr.Arrays.Multipath;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Performance;

/// <summary>A LUN through a port for one operation, in the time that the lab's models say.</summary>
internal sealed class TimedLun(IBlockDevice inner, PathTiming timing) : IExtentDevice
{
    public long Length => inner.Length;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        timing.RunAsync(new ReadOperation(offset, buffer), buffer.Length, inner, token);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        timing.RunAsync(new WriteOperation(offset, data, flags), data.Length, inner, token);

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        timing.RunAsync(default(FlushOperation), 0, inner, token);

    /// <summary>A command without data: it takes a write's time and no bandwidth.</summary>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        timing.RunAsync(new ZeroOperation(offset, length, flags), 0, inner, token);

    /// <summary>As <see cref="ZeroAsync"/>.</summary>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        timing.RunAsync(new DiscardOperation(offset, length), 0, inner, token);

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        ExtentOperations.NextExtentAsync(inner, offset, length, token);

    /// <summary>The device below belongs to the connection.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
