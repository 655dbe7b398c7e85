using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// A volume as a piece of a plex: requests take the way of every request to a volume, through its own gate, range
/// locks and dirty region log. While the volume is stopped it answers that it cannot be reached.
/// </summary>
internal sealed class SubVolumeDevice(GroupCore core, RecordId volume) : IExtentDevice
{
    public long Length => core.Current.Volumes.GetValueOrDefault(volume)?.Length ?? 0;

    private VolumeDevice? Device => core.Started.Find(volume);

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        Device?.ReadAsync(offset, buffer, token) ?? Absent;

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        Device?.WriteAsync(offset, data, flags, token) ?? Absent;

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        Device?.ZeroAsync(offset, length, flags, token) ?? Absent;

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        Device?.DiscardAsync(offset, length, token) ?? Absent;

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => Device?.FlushAsync(token) ?? Absent;

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        Device?.NextExtentAsync(offset, length, token)
        ?? ValueTask.FromResult(new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, length));

    /// <summary>The volume belongs to the group, not to the plex.</summary>
    public ValueTask DisposeAsync() => default;

    private static ValueTask<IoStatus> Absent => ValueTask.FromResult(IoStatus.NotReachable);
}
