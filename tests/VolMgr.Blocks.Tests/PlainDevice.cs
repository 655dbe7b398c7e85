namespace VolMgr.Blocks.Tests;

/// <summary>Hides what a device knows about extents.</summary>
internal sealed class PlainDevice(IBlockDevice inner) : IBlockDevice
{
    public long Length => inner.Length;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        inner.ReadAsync(offset, buffer, token);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        inner.WriteAsync(offset, data, flags, token);

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => inner.FlushAsync(token);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
