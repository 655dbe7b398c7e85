using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>The dirty region log in a DCO: the end of its log volume, behind the maps of detached plexes. The log
/// volume mirrors it, so there is one copy here.</summary>
internal sealed class DcoLogSpace(IBlockDevice log, long offset) : ILogSpace
{
    private bool isRevoked;

    public ValueTask<IoStatus> ReadAsync(long at, Memory<byte> buffer, CancellationToken token) =>
        log.ReadAsync(offset + at, buffer, token);

    public ValueTask<IoStatus> WriteAsync(
        long at, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        Volatile.Read(ref isRevoked)
            ? ValueTask.FromResult(IoStatus.NotReachable)
            : log.WriteAsync(offset + at, data, flags, token);

    public void Revoke() => Volatile.Write(ref isRevoked, true);
}
