using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Cli.Engine;

/// <summary>A client's view of a volume: it counts as open meanwhile, and lives on when the client closes it.</summary>
internal sealed class SharedDevice(VolumeDevice volume) : IByteDevice
{
    private readonly IDisposable opening = volume.Open();

    /// <inheritdoc/>
    public long Length => volume.Length;

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        volume.ReadAsync(offset, buffer, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        volume.WriteAsync(offset, data, flags, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => volume.FlushAsync(token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        volume.ZeroAsync(offset, length, flags, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        volume.DiscardAsync(offset, length, token);

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        volume.NextExtentAsync(offset, length, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadBytesAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        volume.ReadBytesAsync(offset, buffer, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteBytesAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        volume.WriteBytesAsync(offset, data, flags, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroBytesAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        volume.ZeroBytesAsync(offset, length, flags, token);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        opening.Dispose();
        return ValueTask.CompletedTask;
    }
}
