using VolMgr.Blocks;

namespace VolMgr.Movers.Tests;

/// <summary>A device as long as its host lives; each operation asks whether it does.</summary>
internal sealed class MortalDevice(IExtentDevice inner, Func<bool> isDeadNow) : IExtentDevice
{
    public long Length => inner.Length;

    private static ValueTask<IoStatus> Dead => ValueTask.FromResult(IoStatus.NotReachable);

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        isDeadNow() ? Dead : inner.ReadAsync(offset, buffer, token);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        isDeadNow() ? Dead : inner.WriteAsync(offset, data, flags, token);

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => isDeadNow() ? Dead : inner.FlushAsync(token);

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        isDeadNow() ? Dead : inner.ZeroAsync(offset, length, flags, token);

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        isDeadNow() ? Dead : inner.DiscardAsync(offset, length, token);

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        inner.NextExtentAsync(offset, length, token);

    public ValueTask DisposeAsync() => default;
}
