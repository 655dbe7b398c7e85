namespace VolMgr.Blocks;

/// <summary>
/// A device that also takes requests at any byte: the read, change and write of the sectors at the edges is its own,
/// under its own lock, so that neighbouring requests of other users never lose a byte.
/// </summary>
/// <remarks>
/// Everything that <see cref="IBlockDevice"/> and <see cref="IExtentDevice"/> promise holds here for bytes; aligned
/// requests cost what they cost there. After a failed or cancelled write each sector still holds its old or its new
/// content.
/// </remarks>
public interface IByteDevice : IExtentDevice
{
    /// <summary>Reads <paramref name="buffer"/>.Length bytes from any <paramref name="offset"/>.</summary>
    ValueTask<IoStatus> ReadBytesAsync(long offset, Memory<byte> buffer, CancellationToken token);

    /// <summary>Writes all of <paramref name="data"/> at any <paramref name="offset"/>.</summary>
    ValueTask<IoStatus> WriteBytesAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token);

    /// <summary>Makes any range of bytes read as zeroes; only whole sectors become holes.</summary>
    ValueTask<IoStatus> ZeroBytesAsync(long offset, long length, WriteFlags flags, CancellationToken token);
}
