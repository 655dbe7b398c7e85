using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// A plex's address space: maps plex ranges to the public regions of its disks. One object for each time that the plex
/// takes part in a started volume; a plex that comes back gets a new one.
/// </summary>
/// <remarks>
/// An operation that spans pieces sends them all at once; it fails if any piece failed and ends when all have ended. A
/// flush goes in parallel to the disks that were written since their last successful flush. The disks belong to others
/// and are not disposed.
/// </remarks>
public sealed class PlexDevice : IExtentDevice, ILogSpace
{
    private readonly PlexMap map;
    private readonly Dictionary<RecordId, PlexDisk> disks;
    private readonly PlexExtents extents;
    private readonly PlexTally? tally;
    private PlexFault? fault;
    private CopyMap? copied;
    private bool isRevoked;

    /// <summary>A plex with that map.</summary>
    /// <param name="map">Where its bytes lie.</param>
    /// <param name="publicRegion">The public region of each disk that the map names; one that is missing answers
    /// NotReachable by itself.</param>
    /// <param name="time">The clock by which its I/O is counted; null: nobody asks.</param>
    public PlexDevice(PlexMap map, Func<RecordId, IExtentDevice> publicRegion, TimeProvider? time = null)
    {
        this.map = map;
        tally = time is null ? null : new PlexTally(time, map);
        disks = map.Extents.Select(extent => extent.DiskId).Distinct()
            .ToDictionary(disk => disk, disk => new PlexDisk(publicRegion(disk)));
        extents = new PlexExtents(map, disk => disks[disk].Device);
    }

    /// <inheritdoc/>
    public long Length => map.Length;

    /// <summary>Whether it has missed something: it serves no reads and takes no writes any more.</summary>
    public bool IsFaulted => Volatile.Read(ref fault) is not null;

    /// <summary>How many bytes from an offset on are kept by nobody: a plex into which subdisks move.</summary>
    public long GapAt(long offset, long length) => map.GapAt(offset, length);

    /// <summary>Whether something was written since the last successful flush.</summary>
    public bool HasFlushDebt => disks.Values.Any(disk => disk.HasDebt);

    /// <summary>What reached it and its subdisks; null where nobody counts.</summary>
    internal PlexTally? Tally => tally;

    /// <summary>While it is attached: what a copy has brought to it; null before a copy has begun.</summary>
    internal CopyMap? Copied
    {
        get => Volatile.Read(ref copied);
        set => Volatile.Write(ref copied, value);
    }

    internal PlexFault? Fault
    {
        get => Volatile.Read(ref fault);
        set => Volatile.Write(ref fault, value);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        ByteRange.CheckBounds(offset, buffer.Length, Length);
        if (Volatile.Read(ref isRevoked))
        {
            return ValueTask.FromResult(IoStatus.NotReachable);
        }

        long began = tally?.Begin() ?? 0;
        ValueTask<IoStatus> read = ReadPieces(offset, buffer, began, token);
        return tally is null ? read : tally.End(read, began, buffer.Length, isWrite: false);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        MutateAsync(new Mutation(MutationKind.Write, offset, data.Length, data, flags), token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        MutateAsync(new Mutation(MutationKind.Zero, offset, length, default, flags), token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        MutateAsync(new Mutation(MutationKind.Discard, offset, length, default, WriteFlags.None), token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token)
    {
        if (Volatile.Read(ref isRevoked))
        {
            return ValueTask.FromResult(IoStatus.NotReachable);
        }

        StatusGather gather = default;
        foreach (PlexDisk disk in disks.Values)
        {
            gather.Add(disk.FlushAsync(token));
        }

        return gather.EndAsync();
    }

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        ByteRange.CheckBounds(offset, length, Length);
        Invariant.Holds(length > 0);
        return extents.NextAsync(offset, length, token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    /// <summary>From now on nothing of this plex reaches its disks: they may belong to somebody else.</summary>
    void ILogSpace.Revoke() => Revoke();

    /// <summary>From now on a trace notes what its disks do; null ends that.</summary>
    internal void Follow(IoTrace? trace, string name)
    {
        foreach ((RecordId id, PlexDisk disk) in disks)
        {
            disk.Follow(trace, name, id);
        }
    }

    internal void Revoke() => Volatile.Write(ref isRevoked, true);

    private ValueTask<IoStatus> MutateAsync(in Mutation mutation, CancellationToken token)
    {
        ByteRange.CheckBounds(mutation.Offset, mutation.Length, Length);
        if (Volatile.Read(ref isRevoked))
        {
            return ValueTask.FromResult(IoStatus.NotReachable);
        }

        if (mutation.Length == 0)
        {
            return ValueTask.FromResult(IoStatus.Success);
        }

        long began = tally?.Begin() ?? 0;
        ValueTask<IoStatus> sent = SendPieces(mutation, began, token);
        return tally is null ? sent : tally.End(sent, began, mutation.Length, isWrite: true);
    }

    private ValueTask<IoStatus> ReadPieces(long offset, Memory<byte> buffer, long began, CancellationToken token)
    {
        PlexSegment piece = map.SegmentAt(offset, buffer.Length);
        if (piece.Length == buffer.Length)
        {
            return ReadPiece(piece, buffer, began, token);
        }

        StatusGather gather = default;
        for (int done = 0; done < buffer.Length; done += (int)piece.Length)
        {
            piece = map.SegmentAt(offset + done, buffer.Length - done);
            gather.Add(ReadPiece(piece, buffer.Slice(done, (int)piece.Length), began, token));
        }

        return gather.EndAsync();
    }

    private ValueTask<IoStatus> ReadPiece(
        in PlexSegment piece, Memory<byte> buffer, long began, CancellationToken token)
    {
        ValueTask<IoStatus> read = disks[piece.DiskId].Device.ReadAsync(piece.DiskOffset, buffer, token);
        return tally is null ? read : tally.End(read, began, piece, isWrite: false);
    }

    private ValueTask<IoStatus> SendPieces(in Mutation mutation, long began, CancellationToken token)
    {
        PlexSegment piece = map.SegmentAt(mutation.Offset, mutation.Length);
        if (piece.Length == mutation.Length)
        {
            return SendAsync(mutation, piece, began, token);
        }

        StatusGather gather = default;
        if (mutation.Kind != MutationKind.Write)
        {
            // a column at a time: terabytes of a stripe are a few calls, not one for each stripe unit
            foreach (PlexSegment run in map.MapByColumn(mutation.Offset, mutation.Length))
            {
                gather.Add(SendAsync(mutation, run, began, token));
            }

            return gather.EndAsync();
        }

        for (long done = 0; done < mutation.Length; done += piece.Length)
        {
            piece = map.SegmentAt(mutation.Offset + done, mutation.Length - done);
            gather.Add(SendAsync(mutation, piece, began, token));
        }

        return gather.EndAsync();
    }

    private ValueTask<IoStatus> SendAsync(
        in Mutation mutation, in PlexSegment piece, long began, CancellationToken token)
    {
        PlexDisk disk = disks[piece.DiskId];
        ValueTask<IoStatus> sent = mutation.Kind switch
        {
            MutationKind.Write => disk.Device.WriteAsync(
                piece.DiskOffset,
                mutation.Data.Slice((int)(piece.PlexOffset - mutation.Offset), (int)piece.Length),
                mutation.Flags,
                token),
            MutationKind.Zero => disk.Device.ZeroAsync(piece.DiskOffset, piece.Length, mutation.Flags, token),
            MutationKind.Discard => disk.Device.DiscardAsync(piece.DiskOffset, piece.Length, token),
        };
        ValueTask<IoStatus> counted = disk.CountAsync(
            sent, (mutation.Flags & WriteFlags.ForceUnitAccess) != WriteFlags.None);
        return tally is null ? counted : tally.End(counted, began, piece, isWrite: true);
    }
}
