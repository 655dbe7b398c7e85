using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>Where a copy of a dirty region log lies: a log plex, or an area of a DCO's log volume.</summary>
public interface ILogSpace
{
    /// <summary>Reads from an offset on.</summary>
    ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token);

    /// <summary>Writes from an offset on.</summary>
    ValueTask<IoStatus> WriteAsync(long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token);

    /// <summary>Nothing of the log reaches it any more.</summary>
    void Revoke();
}
