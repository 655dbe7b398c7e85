using VolMgr.Blocks;

namespace VolMgr.Volumes.OnDisk;

/// <summary>What the configuration copy of one disk holds.</summary>
/// <param name="Status">Valid, or why the copy does not count.</param>
/// <param name="Image">The newest generation that could be read. With another status than valid: the last one before
/// the
/// damage, good only for an import by force.</param>
/// <param name="Epoch">The highest epoch seen, 0 for none: the next checkpoint has a higher one.</param>
/// <param name="Half">The half that the image was read from, which the next checkpoint has to spare.</param>
internal sealed record CopyReading(ReadStatus Status, CopyImage? Image, long Epoch, int Half);

/// <summary>
/// Reads the configuration copy of one disk: the newest whole checkpoint, then the log entries that continue it.
/// </summary>
/// <remarks>
/// The log half beside a checkpoint half holds the commits after that checkpoint. An entry continues the copy if it
/// comes
/// from the same import and is the next generation, or another attempt at the same one. The log ends at the first
/// sector
/// that is no whole entry of this epoch: the place of the next entry, or an entry that a crash has torn. A whole entry
/// behind
/// that place means that the log is damaged in the middle; then the copy does not count.
/// If the newest checkpoint is damaged, the one before it, its log half and the other log half give the same commits
/// again.
/// </remarks>
internal static class CopyReader
{
    public static async Task<CopyReading> ReadAsync(IBlockDevice lun, DiskHeader header, CancellationToken token)
    {
        PrivateRegion region = header.Region;
        var halves = new Half[2];
        for (int half = 0; half < halves.Length; half++)
        {
            halves[half] = await ReadHalfAsync(lun, header, region, half, token);
        }

        long epoch = Math.Max(halves[0].Header?.Epoch ?? 0, halves[1].Header?.Epoch ?? 0);
        int newest = NewestOf(halves);
        if (halves[newest].Image is null)
        {
            return new CopyReading(Worst(halves[0].Status, halves[1].Status), null, epoch, newest);
        }

        Replay replay = new(halves[newest].Image!, header.GroupId); // tested above
        for (int step = 0; step < halves.Length && replay.Status == ReadStatus.Valid; step++)
        {
            int half = step == 0 ? newest : 1 - newest;
            byte[] log = new byte[region.DeltaHalfLength];
            IoStatus status = await lun.ReadAsync(header.PrivateOffset + region.DeltaHalfOffset(half), log, token);
            if (status != IoStatus.Success)
            {
                return new CopyReading(ReadStatus.Unreadable, replay.Image, epoch, newest);
            }

            epoch = Math.Max(epoch, replay.Run(log, step == 0 ? halves[newest].Header!.Epoch : null)); // has an image
        }

        return new CopyReading(replay.Status, replay.Image, epoch, newest);
    }

    private static async Task<Half> ReadHalfAsync(
        IBlockDevice lun, DiskHeader header, PrivateRegion region, int half, CancellationToken token)
    {
        byte[] sector = new byte[CommitHeader.Size];
        long at = header.PrivateOffset + PrivateRegion.CheckpointHeaderOffset(half);
        if (await lun.ReadAsync(at, sector, token) != IoStatus.Success)
        {
            return new Half(ReadStatus.Unreadable, null, null);
        }

        ReadStatus status = CommitHeader.Read(sector, CommitKind.Checkpoint, header.GroupId, out CommitHeader? found);
        if (found is null)
        {
            return new Half(status, null, null);
        }

        if (found.TextLength > region.BodyLength)
        {
            return new Half(ReadStatus.Inconsistent, found, null);
        }

        byte[] body = new byte[CopyWriter.RoundUp(found.TextLength)];
        at = header.PrivateOffset + region.CheckpointBodyOffset(half);
        if (await lun.ReadAsync(at, body, token) != IoStatus.Success)
        {
            return new Half(ReadStatus.Unreadable, found, null);
        }

        ReadOnlySpan<byte> text = body.AsSpan(0, found.TextLength);
        if (!found.Covers(text))
        {
            return new Half(ReadStatus.BadChecksum, found, null);
        }

        CopyImage? image = CommitText.ReadCheckpoint(text);
        bool isConsistent = image is not null && image.Generation == found.Generation &&
            image.Attempt == found.Attempt && image.Lineage.Last.Id == found.BranchId &&
            image.Configuration.Group.GroupId == header.GroupId;
        return isConsistent ? new Half(ReadStatus.Valid, found, image) : new Half(ReadStatus.Inconsistent, found, null);
    }

    /// <summary>The half with the newest whole checkpoint; half 0 when there is none.</summary>
    private static int NewestOf(Half[] halves) =>
        halves[1].Image is not null && (halves[0].Image is null || halves[1].Header!.Epoch > halves[0].Header!.Epoch)
            ? 1 // a half with an image has a header
            : 0;

    private static ReadStatus Worst(ReadStatus first, ReadStatus second) => first > second ? first : second;

    private sealed record Half(ReadStatus Status, CommitHeader? Header, CopyImage? Image);

    /// <summary>The commits of the log on top of a checkpoint.</summary>
    private sealed class Replay(CopyImage checkpoint, string groupId)
    {
        public CopyImage Image { get; private set; } = checkpoint;

        public ReadStatus Status { get; private set; } = ReadStatus.Valid;

        /// <summary>Applies one log half from its beginning. Gives the epoch of its entries, 0 for none.</summary>
        public long Run(ReadOnlySpan<byte> log, long? epoch)
        {
            int position = 0;
            long? current = epoch;
            while (Status == ReadStatus.Valid && TryFind(log[position..], current, out CommitHeader? entry,
                out int length))
            {
                if (!Continues(entry!)) // found
                {
                    // The other half: entries from before the checkpoint that was chosen.
                    return entry!.Epoch;
                }

                current = entry!.Epoch;
                CopyImage? next = CommitText.ReadDelta(log.Slice(position + CommitHeader.Size, entry.TextLength),
                    Image);
                bool isConsistent = next is not null &&
                    next.Generation == entry.Generation && next.Attempt == entry.Attempt;
                if (!isConsistent)
                {
                    Status = ReadStatus.Inconsistent;
                    return entry.Epoch;
                }

                Image = next!; // tested above
                position += length;
            }

            if (current is long own && Status == ReadStatus.Valid && HasLaterEntry(log[position..], own))
            {
                Status = ReadStatus.BadChecksum;
            }

            return current ?? 0;
        }

        private bool Continues(CommitHeader entry) =>
            entry.BranchId == Image.Lineage.Last.Id &&
            (entry.Generation == Image.Generation + 1 ||
                (entry.Generation == Image.Generation && entry.Attempt > Image.Attempt));

        /// <summary>A whole entry of this epoch anywhere behind the end of the log.</summary>
        private bool HasLaterEntry(ReadOnlySpan<byte> log, long epoch)
        {
            for (int position = 0; position + CommitHeader.Size <= log.Length; position += CommitHeader.Size)
            {
                if (TryFind(log[position..], epoch, out CommitHeader? entry, out _) &&
                    entry!.BranchId == Image.Lineage.Last.Id && entry.Generation > Image.Generation)
                {
                    return true;
                }
            }

            return false;
        }

        private bool TryFind(ReadOnlySpan<byte> log, long? epoch, out CommitHeader? entry, out int length)
        {
            entry = null;
            length = 0;
            if (log.Length < CommitHeader.Size)
            {
                return false;
            }

            ReadStatus status = CommitHeader.Read(log[..CommitHeader.Size], CommitKind.Delta, groupId, out entry);
            if (status == ReadStatus.TooNew)
            {
                Status = ReadStatus.TooNew;
            }

            if (entry is null || (epoch is long wanted && entry.Epoch != wanted) ||
                entry.TextLength > log.Length - CommitHeader.Size ||
                !entry.Covers(log.Slice(CommitHeader.Size, entry.TextLength)))
            {
                entry = null;
                return false;
            }

            length = CommitHeader.Size + CopyWriter.RoundUp(entry.TextLength);
            return true;
        }
    }
}
