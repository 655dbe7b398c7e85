using VolMgr.Blocks;
using VolMgr.Cli.Engine;

namespace VolMgr.Cli.Virtual;

/// <summary>A plex to be read, that tells its holes.</summary>
internal sealed class PlexLook(PlexReader plex) : IExtentDevice
{
    public long Length => plex.Length;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        plex.ReadAsync(offset, buffer, token);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        ValueTask.FromResult(IoStatus.ReadOnly);

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => ValueTask.FromResult(IoStatus.Success);

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        ValueTask.FromResult(IoStatus.ReadOnly);

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        ValueTask.FromResult(IoStatus.ReadOnly);

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        plex.NextExtentAsync(offset, length, token);

    public ValueTask DisposeAsync() => plex.DisposeAsync();
}
