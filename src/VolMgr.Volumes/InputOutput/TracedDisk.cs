using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>A disk of a plex while its I/O is traced. Owns nothing.</summary>
internal sealed class TracedDisk(IoTrace trace, IExtentDevice inner, string plex, string disk) : IExtentDevice
{
    /// <inheritdoc/>
    public long Length => inner.Length;

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        FollowAsync("read", offset, buffer.Length, () => inner.ReadAsync(offset, buffer, token));

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        FollowAsync("write", offset, data.Length, () => inner.WriteAsync(offset, data, flags, token));

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        FollowAsync("zero", offset, length, () => inner.ZeroAsync(offset, length, flags, token));

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        FollowAsync("discard", offset, length, () => inner.DiscardAsync(offset, length, token));

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => inner.FlushAsync(token);

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        inner.NextExtentAsync(offset, length, token);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask<IoStatus> FollowAsync(
        string operation, long offset, long length, Func<ValueTask<IoStatus>> io) =>
        trace.FollowAsync(operation, disk, plex, new ByteRange(offset, length), 0, io);
}
