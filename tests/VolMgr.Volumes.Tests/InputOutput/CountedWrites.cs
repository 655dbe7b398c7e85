using VolMgr.Blocks;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>Counts the writes that reach a disk.</summary>
internal sealed class CountedWrites(IExtentDevice inner) : IExtentDevice
{
    public int Count { get; private set; }

    public long Length => inner.Length;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        inner.ReadAsync(offset, buffer, token);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        Count++;
        return inner.WriteAsync(offset, data, flags, token);
    }

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => inner.FlushAsync(token);

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        inner.ZeroAsync(offset, length, flags, token);

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        inner.DiscardAsync(offset, length, token);

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        inner.NextExtentAsync(offset, length, token);

    public ValueTask DisposeAsync() => default;
}
