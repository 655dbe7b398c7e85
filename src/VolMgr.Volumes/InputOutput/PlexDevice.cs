using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// A plex's address space: maps plex ranges to the public regions of its disks. One object for each time that the plex takes
/// part in a started volume; a plex that comes back gets a new one.
/// </summary>
/// <remarks>
/// An operation that spans pieces sends them all at once; it fails if any piece failed and ends when all have ended. A flush
/// goes in parallel to the disks that were written since their last successful flush. The disks belong to others and are not
/// disposed.
/// </remarks>
public sealed class PlexDevice : IExtentDevice
{
    private readonly PlexDisk[] disks;
    private readonly Func<long, long, PlexPiece> locate;
    private PlexFault? fault;
    private bool isRevoked;

    internal PlexDevice(long length, IReadOnlyList<IExtentDevice> disks, Func<long, long, PlexPiece> locate)
    {
        Length = length;
        this.disks = [.. disks.Select(disk => new PlexDisk(disk))];
        this.locate = locate;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Whether it has missed something: it serves no reads and takes no writes any more.</summary>
    public bool IsFaulted => Volatile.Read(ref fault) is not null;

    /// <summary>Whether something was written since the last successful flush.</summary>
    public bool HasFlushDebt => disks.Any(disk => disk.HasDebt);

    internal PlexFault? Fault
    {
        get => Volatile.Read(ref fault);
        set => Volatile.Write(ref fault, value);
    }

    /// <summary>A plex that is one whole device.</summary>
    public static PlexDevice Over(IExtentDevice device) =>
        new(device.Length, [device], static (offset, length) => new PlexPiece(0, offset, offset, length));

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        ByteRange.CheckBounds(offset, buffer.Length, Length);
        if (Volatile.Read(ref isRevoked))
        {
            return ValueTask.FromResult(IoStatus.NotReachable);
        }

        PlexPiece piece = locate(offset, buffer.Length);
        if (piece.Length == buffer.Length)
        {
            return disks[piece.Disk].Device.ReadAsync(piece.DiskOffset, buffer, token);
        }

        StatusGather gather = default;
        for (int done = 0; done < buffer.Length; done += (int)piece.Length)
        {
            piece = locate(offset + done, buffer.Length - done);
            gather.Add(disks[piece.Disk].Device.ReadAsync(
                piece.DiskOffset, buffer.Slice(done, (int)piece.Length), token));
        }

        return gather.EndAsync();
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
        foreach (PlexDisk disk in disks)
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
        PlexPiece piece = locate(offset, length);
        return disks[piece.Disk].Device.NextExtentAsync(piece.DiskOffset, piece.Length, token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    /// <summary>From now on nothing of this plex reaches its disks: they may belong to somebody else.</summary>
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

        PlexPiece piece = locate(mutation.Offset, mutation.Length);
        if (piece.Length == mutation.Length)
        {
            return SendAsync(mutation, piece, token);
        }

        StatusGather gather = default;
        for (long done = 0; done < mutation.Length; done += piece.Length)
        {
            piece = locate(mutation.Offset + done, mutation.Length - done);
            gather.Add(SendAsync(mutation, piece, token));
        }

        return gather.EndAsync();
    }

    private ValueTask<IoStatus> SendAsync(in Mutation mutation, in PlexPiece piece, CancellationToken token)
    {
        PlexDisk disk = disks[piece.Disk];
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
        return disk.CountAsync(sent, (mutation.Flags & WriteFlags.ForceUnitAccess) != 0);
    }
}
