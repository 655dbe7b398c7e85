using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// The record of one copy, kept on the first disk of the target plex. A plex record is never used again after its plex
/// is gone, so the plex's id tells its record from all others.
/// </summary>
internal sealed class CopyRecords(CopyRecordArea area, RecordId plex) : ICopyRecordStore
{
    /// <summary>The store of a plex; null when its first disk has no device.</summary>
    public static CopyRecords? Of(GroupCore core, RecordId plex)
    {
        IReadOnlyList<SubdiskRecord> subdisks = core.Current.SubdisksOf(plex);
        return subdisks.Count > 0 && core.Disks.Find(subdisks[0].DiskId) is { } disk
            ? new CopyRecords(disk.Copies, plex)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<CopyCheckpoint?> ReadAsync(CancellationToken token)
    {
        CopyRecord? record = await area.ReadAsync(plex, token);
        return record is null
            ? null
            : new CopyCheckpoint(
                record.VolumeLength, record.Frontier, record.WindowUnit, [.. record.Window.ToArray()]);
    }

    /// <inheritdoc/>
    public async ValueTask<IoStatus> WriteAsync(CopyCheckpoint checkpoint, CancellationToken token) =>
        await area.WriteAsync(
            new CopyRecord
            {
                PlexId = plex,
                PlexGeneration = 0,
                VolumeLength = checkpoint.VolumeLength,
                Frontier = checkpoint.Frontier,
                WindowUnit = checkpoint.UnitSize,
                Window = checkpoint.Window.ToArray(),
            },
            token);

    /// <inheritdoc/>
    public async ValueTask<IoStatus> ClearAsync(CancellationToken token) => await area.ClearAsync(plex, token);
}
