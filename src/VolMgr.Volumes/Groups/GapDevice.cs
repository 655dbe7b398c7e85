using VolMgr.Blocks;

namespace VolMgr.Volumes.Groups;

/// <summary>Where a plex that moves subdisks has none: it takes everything, keeps nothing, and is a hole. Nobody reads
/// it, since such a plex is never readable.</summary>
internal sealed class GapDevice : IExtentDevice
{
    private GapDevice()
    {
    }

    public static GapDevice Instance { get; } = new();

    public long Length => long.MaxValue;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        ValueTask.FromResult(IoStatus.NotReachable);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) => Success();

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        Success();

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) => Success();

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => Success();

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        ValueTask.FromResult(new ExtentReply(IoStatus.Success, ExtentKind.Hole, length));

    public ValueTask DisposeAsync() => default;

    private static ValueTask<IoStatus> Success() => ValueTask.FromResult(IoStatus.Success);
}
