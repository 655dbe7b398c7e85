using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// The copy records of one disk: 32 slots at the end of the log area, two for each plex that is being attached to
/// space of
/// this disk. One instance for each disk of an imported group; its calls may overlap.
/// </summary>
/// <remarks>
/// Always true: a plex has no slot or two neighbouring ones (2n, 2n + 1); a write goes to the one that is not the
/// newest, so
/// that a crash leaves the record before it. The slots are known after one scan and then kept in memory.
/// </remarks>
public sealed class CopyRecordArea(IBlockDevice lun, DiskHeader header)
{
    private const int PairCount = PrivateRegion.CopySlotCount / 2;

    private readonly Turn turn = new();
    private readonly Pair[] pairs = new Pair[PairCount];
    private bool isScanned;

    /// <summary>The newest whole record of the plex, or null: then the copy starts at 0.</summary>
    public Task<CopyRecord?> ReadAsync(RecordId plex, CancellationToken token) => turn.TakeAsync(async () =>
    {
        IoStatus status = await ScanUnsynchronizedAsync(token);
        return status == IoStatus.Success ? Array.Find(pairs, pair => pair.PlexId == plex).Newest : null;
    });

    /// <summary>Writes a record durably. No space: more than 16 plexes are being attached to this disk; the copy goes
    /// on
    /// and cannot be resumed.</summary>
    public Task<IoStatus> WriteAsync(CopyRecord record, CancellationToken token) => turn.TakeAsync(async () =>
    {
        IoStatus status = await ScanUnsynchronizedAsync(token);
        if (status != IoStatus.Success)
        {
            return status;
        }

        int index = Array.FindIndex(pairs, pair => pair.PlexId == record.PlexId);
        index = index < 0 ? Array.FindIndex(pairs, pair => pair.PlexId is null) : index;
        if (index < 0)
        {
            return IoStatus.NoSpace;
        }

        long sequence = pairs[index].Sequence + 1;
        byte[] bytes = new byte[CopyRecord.Size];
        record.WriteTo(bytes, header.GroupId, sequence);
        status = await WriteSlotsAsync((index * 2) + (int)(sequence & 1), bytes, token);
        if (status == IoStatus.Success)
        {
            pairs[index] = new Pair(record.PlexId, sequence, record);
        }

        return status;
    });

    /// <summary>Forgets the record of a plex; nothing to do when there is none.</summary>
    public Task<IoStatus> ClearAsync(RecordId plex, CancellationToken token) => turn.TakeAsync(async () =>
    {
        IoStatus status = await ScanUnsynchronizedAsync(token);
        int index = Array.FindIndex(pairs, pair => pair.PlexId == plex);
        if (status != IoStatus.Success || index < 0)
        {
            return status;
        }

        status = await WriteSlotsAsync(index * 2, new byte[2 * CopyRecord.Size], token);
        if (status == IoStatus.Success)
        {
            pairs[index] = default;
        }

        return status;
    });

    private async Task<IoStatus> ScanUnsynchronizedAsync(CancellationToken token)
    {
        if (isScanned)
        {
            return IoStatus.Success;
        }

        byte[] bytes = new byte[PrivateRegion.CopySlotCount * CopyRecord.Size];
        IoStatus status = await lun.ReadAsync(SlotOffset(0), bytes, token);
        if (status != IoStatus.Success)
        {
            return status;
        }

        for (int slot = 0; slot < PrivateRegion.CopySlotCount; slot++)
        {
            ReadOnlySpan<byte> source = bytes.AsSpan(slot * CopyRecord.Size, CopyRecord.Size);
            ReadStatus read = CopyRecord.Read(source, header.GroupId, out CopyRecord? record, out long sequence);
            if (read == ReadStatus.Valid && sequence > pairs[slot / 2].Sequence)
            {
                pairs[slot / 2] = new Pair(record!.PlexId, sequence, record); // set with Valid
            }
        }

        isScanned = true;
        return IoStatus.Success;
    }

    private async Task<IoStatus> WriteSlotsAsync(int slot, byte[] bytes, CancellationToken token) =>
        await lun.WriteAsync(SlotOffset(slot), bytes, WriteFlags.ForceUnitAccess, token);

    private long SlotOffset(int slot) =>
        header.PrivateOffset + header.Region.CopySlotsOffset + (slot * (long)CopyRecord.Size);

    private readonly record struct Pair(RecordId? PlexId, long Sequence, CopyRecord? Newest);
}
