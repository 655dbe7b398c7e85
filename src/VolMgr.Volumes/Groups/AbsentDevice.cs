using VolMgr.Blocks;

namespace VolMgr.Volumes.Groups;

/// <summary>The public region of a disk that has no device: it answers that it cannot be reached.</summary>
internal sealed class AbsentDevice(long length) : IExtentDevice
{
    public long Length { get; } = length;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) => Answer();

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) => Answer();

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        Answer();

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) => Answer();

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => Answer();

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        ValueTask.FromResult(new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, length));

    public ValueTask DisposeAsync() => default;

    private static ValueTask<IoStatus> Answer() => ValueTask.FromResult(IoStatus.NotReachable);
}
