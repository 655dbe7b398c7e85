using VolMgr.Blocks;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// Writes the configuration copy of one disk: checkpoints that alternate between two halves, and commits that are
/// appended
/// to the log half beside the newest one.
/// </summary>
/// <remarks>
/// Always true: the half that holds the newest checkpoint is never written to, and neither is the log before its end,
/// so
/// that a crash at any moment leaves the copy as it was before the write or as it is after it. Everything is written
/// with
/// force unit access; a checkpoint counts from the moment that its header, written behind its text, is on the disk.
/// After a failed write the copy on the disk is unknown: the owner drops the disk.
/// </remarks>
internal sealed class CopyWriter
{
    private readonly IBlockDevice lun;
    private readonly long privateOffset;
    private readonly PrivateRegion region;

    /// <summary>The half with the newest checkpoint.</summary>
    private int half;

    /// <summary>The end of the log in its half; past the half until the first checkpoint is written.</summary>
    private long logEnd;

    /// <summary>The epoch of the newest checkpoint; log entries carry it.</summary>
    private long epoch;

    public CopyWriter(IBlockDevice lun, DiskHeader header, CopyReading found)
    {
        this.lun = lun;
        privateOffset = header.PrivateOffset;
        region = header.Region;
        half = found.Half;
        epoch = found.Epoch;
        logEnd = region.DeltaHalfLength;
    }

    /// <summary>The longest text of a checkpoint.</summary>
    public long CheckpointCapacity => region.BodyLength;

    /// <summary>Whether a delta with that many bytes of text still fits into the log.</summary>
    public bool HasRoomFor(int textLength) =>
        logEnd + CommitHeader.Size + RoundUp(textLength) <= region.DeltaHalfLength;

    /// <summary>The next multiple of a sector.</summary>
    public static int RoundUp(int length) =>
        (length + PrivateRegion.Sector - 1) / PrivateRegion.Sector * PrivateRegion.Sector;

    /// <summary>Writes a whole configuration; the epoch of the header is set here.</summary>
    public async Task<IoStatus> WriteCheckpointAsync(CommitHeader header, ReadOnlyMemory<byte> text)
    {
        Invariant.Holds(header.Kind == CommitKind.Checkpoint);
        Invariant.Holds(text.Length <= CheckpointCapacity);
        int target = 1 - half;
        byte[] body = new byte[RoundUp(text.Length)];
        text.CopyTo(body);
        IoStatus status = await WriteAsync(region.CheckpointBodyOffset(target), body);
        if (status != IoStatus.Success)
        {
            return status;
        }

        byte[] sector = new byte[CommitHeader.Size];
        epoch++;
        (header with { Epoch = epoch }).WriteTo(sector);
        status = await WriteAsync(PrivateRegion.CheckpointHeaderOffset(target), sector);
        if (status == IoStatus.Success)
        {
            half = target;
            logEnd = 0;
        }

        return status;
    }

    /// <summary>Appends a commit to the log; the epoch of the header is set here.</summary>
    public async Task<IoStatus> AppendAsync(CommitHeader header, ReadOnlyMemory<byte> text)
    {
        Invariant.Holds(header.Kind == CommitKind.Delta);
        Invariant.Holds(HasRoomFor(text.Length));
        byte[] entry = new byte[CommitHeader.Size + RoundUp(text.Length)];
        (header with { Epoch = epoch }).WriteTo(entry.AsSpan(0, CommitHeader.Size));
        text.CopyTo(entry.AsMemory(CommitHeader.Size));
        IoStatus status = await WriteAsync(region.DeltaHalfOffset(half) + logEnd, entry);
        if (status == IoStatus.Success)
        {
            logEnd += entry.Length;
        }

        return status;
    }

    private async Task<IoStatus> WriteAsync(long offset, ReadOnlyMemory<byte> bytes) =>
        await lun.WriteAsync(privateOffset + offset, bytes, WriteFlags.ForceUnitAccess, CancellationToken.None);
}
