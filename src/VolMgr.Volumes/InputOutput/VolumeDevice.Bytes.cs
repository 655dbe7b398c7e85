using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <content>Requests at any byte. Aligned ones take the way of sectors and cost nothing more.</content>
public sealed partial class VolumeDevice
{
    private const int SectorSize = 512;

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadBytesAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        new ByteRange(offset, buffer.Length).IsAligned(SectorSize)
            ? ReadAsync(offset, buffer, token)
            : ReadRoundedAsync(offset, buffer, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteBytesAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        var mutation = Mutation.Write(offset, data, flags);
        return mutation.Range.IsAligned(SectorSize)
            ? MutateAsync(mutation, token)
            : MutateBytesAsync(mutation, token);
    }

    /// <inheritdoc/>
    /// <remarks>Edges and middle are changes of their own, each under its own lock.</remarks>
    public ValueTask<IoStatus> ZeroBytesAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        var mutation = new Mutation(MutationKind.Zero, offset, length, default, flags);
        return mutation.Range.IsAligned(SectorSize)
            ? MutateAsync(mutation, token)
            : MutateBytesAsync(mutation, token);
    }

    private async ValueTask<IoStatus> ReadRoundedAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        ByteRange.CheckBytes(offset, buffer.Length);
        if (buffer.Length == 0)
        {
            return IoStatus.Success;
        }

        long began = reads.Begin();
        ByteRange whole = new ByteRange(offset, buffer.Length).RoundOut(SectorSize);
        using var sectors = new StableBuffer((int)whole.Length);
        IoStatus status = await reader.ReadAsync(whole.Offset, sectors.Memory, token);
        if (status == IoStatus.Success)
        {
            sectors.Memory.Slice((int)(offset - whole.Offset), buffer.Length).CopyTo(buffer);
        }

        reads.End(began, buffer.Length, status == IoStatus.Success);
        return status;
    }

    private async ValueTask<IoStatus> MutateBytesAsync(Mutation mutation, CancellationToken token)
    {
        ByteRange.CheckBytes(mutation.Offset, mutation.Length);
        if (mutation.Length == 0)
        {
            return IoStatus.Success;
        }

        long began = writes.Begin();
        IoStatus status = mutation.Kind == MutationKind.Write
            ? await writer.MutateAsync(mutation, token)
            : await ZeroPartsAsync(mutation, token);
        writes.End(began, mutation.Length, status == IoStatus.Success);
        return status;
    }

    /// <summary>The part of a sector before the first whole one, the whole ones, the part behind; only the whole ones
    /// become holes.</summary>
    private async ValueTask<IoStatus> ZeroPartsAsync(Mutation zero, CancellationToken token)
    {
        long first = (zero.Offset + SectorSize - 1) / SectorSize * SectorSize;
        long last = zero.Range.End / SectorSize * SectorSize;
        if (last <= first)
        {
            return await writer.MutateAsync(zero, token); // no whole sector in it
        }

        IoStatus status = IoStatus.Success;
        foreach ((long from, long to) in ((long, long)[])
            [(zero.Offset, first), (first, last), (last, zero.Range.End)])
        {
            Mutation part = zero with { Offset = from, Length = to - from };
            if (part.Length > 0 && status == IoStatus.Success)
            {
                status = MutationPieces.IsLong(part)
                    ? await pieces.MutateAsync(part, token)
                    : await writer.MutateAsync(part, token);
            }
        }

        return status;
    }
}
