using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Movers.Moves;

/// <summary>
/// The target of a mirror driver: takes a guest's write only where the copy has been. Ahead of the copy the write goes
/// to the source alone, for the copy brings it along; inside the range being copied it waits, by the range lock.
/// </summary>
/// <remarks>
/// How it tells the copier's writes from the guest's: while a range is at work the copier holds its lock, so no write
/// of the guest is in it. What the copy map calls copying is the copier's, what it calls clean is mirrored, what it
/// calls dirty is the guest's and is dropped here.
/// </remarks>
internal sealed class MirrorDriverLeg(IExtentDevice target) : IExtentDevice
{
    private PlexDevice? plex;
    private long mirrored;

    /// <summary>Bytes of guest writes that were left to the copy.</summary>
    public long LeftToCopy { get; private set; }

    /// <summary>Bytes that reached the target, the copy's and the guest's.</summary>
    public long Written => Volatile.Read(ref mirrored);

    /// <inheritdoc/>
    public long Length => target.Length;

    /// <summary>The plex that this is the only device of.</summary>
    public void Bind(PlexDevice bound) => plex = bound;

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        target.ReadAsync(offset, buffer, token);

    /// <inheritdoc/>
    public async ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        IoStatus status = IoStatus.Success;
        foreach (ByteRange part in Kept(offset, data.Length))
        {
            Interlocked.Add(ref mirrored, part.Length);
            IoStatus written = await target.WriteAsync(
                part.Offset, data.Slice((int)(part.Offset - offset), (int)part.Length), flags, token);
            status = status == IoStatus.Success ? written : status;
        }

        return status;
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => target.FlushAsync(token);

    /// <inheritdoc/>
    public async ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        IoStatus status = IoStatus.Success;
        foreach (ByteRange part in Kept(offset, length))
        {
            IoStatus written = await target.ZeroAsync(part.Offset, part.Length, flags, token);
            status = status == IoStatus.Success ? written : status;
        }

        return status;
    }

    /// <inheritdoc/>
    public async ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token)
    {
        IoStatus status = IoStatus.Success;
        foreach (ByteRange part in Kept(offset, length))
        {
            IoStatus written = await target.DiscardAsync(part.Offset, part.Length, token);
            status = status == IoStatus.Success ? written : status;
        }

        return status;
    }

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        target.NextExtentAsync(offset, length, token);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    /// <summary>The parts of a range that go to the target now.</summary>
    private List<ByteRange> Kept(long offset, long length)
    {
        CopyMap? map = plex?.Copied;
        List<ByteRange> kept = [];
        for (long done = 0; done < length;)
        {
            ResyncExtent part = map?.StateAt(offset + done, length - done)
                ?? new ResyncExtent(ResyncState.Dirty, length - done);
            if (part.State == ResyncState.Dirty)
            {
                LeftToCopy += part.Length;
            }
            else
            {
                kept.Add(new ByteRange(offset + done, part.Length));
            }

            done += part.Length;
        }

        return kept;
    }
}
