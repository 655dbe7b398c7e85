using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// The log plexes of one volume: every page goes to all of them, durably; one that fails is given up.
/// </summary>
internal sealed class DirtyRegionLogStorage
{
    private List<LogPlex> plexes;

    private DirtyRegionLogStorage(IEnumerable<LogPlex> plexes, Guid logId)
    {
        this.plexes = [.. plexes];
        LogId = logId;
    }

    /// <summary>Tells this log from earlier ones on the same space.</summary>
    public Guid LogId { get; }

    /// <summary>Whether a log plex is left.</summary>
    public bool IsEnabled => Volatile.Read(ref plexes).Count > 0;

    /// <summary>Whether the log plex takes marks.</summary>
    public bool Holds(RecordId plex) => Volatile.Read(ref plexes).Exists(other => other.Id == plex);

    /// <summary>Gives up the plexes that are not named; nothing late reaches their disks.</summary>
    public void Keep(IReadOnlyCollection<RecordId> kept)
    {
        List<LogPlex> before = plexes;
        Volatile.Write(ref plexes, [.. before.Where(plex => kept.Contains(plex.Id))]);
        foreach (LogPlex plex in before.Where(plex => !kept.Contains(plex.Id)))
        {
            plex.Device.Revoke();
        }
    }

    /// <summary>Writes an empty log: pages first, header last, so that a half-written log is no log.</summary>
    public static async Task<DirtyRegionLogStorage?> FormatAsync(
        IReadOnlyList<LogPlex> plexes, DirtyRegionLogGeometry geometry, Guid logId)
    {
        byte[] pages = new byte[geometry.PageCount * DirtyRegionLogPage.Size];
        byte[] empty = new byte[DirtyRegionLogGeometry.RegionsPerPage / 8];
        for (int page = 0; page < geometry.PageCount; page++)
        {
            Span<byte> sector = pages.AsSpan(page * DirtyRegionLogPage.Size, DirtyRegionLogPage.Size);
            DirtyRegionLogPage.WriteBits(sector, logId, page + 1, empty);
        }

        byte[] header = new byte[DirtyRegionLogPage.Size];
        DirtyRegionLogPage.WriteHeader(header, logId, geometry);
        List<LogPlex> written = [];
        foreach (LogPlex plex in plexes)
        {
            IoStatus status = await WritePageAsync(plex, 1, pages);
            status = status == IoStatus.Success ? await WritePageAsync(plex, 0, header) : status;
            if (status == IoStatus.Success)
            {
                written.Add(plex);
            }
        }

        return written.Count == 0 ? null : new DirtyRegionLogStorage(written, logId);
    }

    /// <summary>Reads the log from every plex that has it; a region is dirty when any says so, and all regions of a
    /// page are when a plex cannot tell.</summary>
    public static async Task<(DirtyRegionLogStorage? Storage, byte[] Bits)> LoadAsync(
        IReadOnlyList<LogPlex> plexes, DirtyRegionLogGeometry geometry)
    {
        byte[] bits = new byte[geometry.PageCount * (DirtyRegionLogGeometry.RegionsPerPage / 8)];
        byte[] sectors = new byte[(1 + geometry.PageCount) * DirtyRegionLogPage.Size];
        List<LogPlex> valid = [];
        Guid found = default;
        foreach (LogPlex plex in plexes)
        {
            if (await plex.Device.ReadAsync(0, sectors, CancellationToken.None) != IoStatus.Success
                || DirtyRegionLogPage.ReadHeader(
                    sectors.AsSpan(0, DirtyRegionLogPage.Size), geometry, out Guid logId) != ReadStatus.Valid)
            {
                continue;
            }

            if (valid.Count > 0 && logId != found)
            {
                return (null, bits); // two logs that do not belong together: neither can be trusted
            }

            found = logId;
            valid.Add(plex);
            AddBits(sectors, geometry, logId, bits);
        }

        // A plex that was in and cannot be read may hold the only copy of nothing: every mark went to all of them.
        return (valid.Count == 0 ? null : new DirtyRegionLogStorage(valid, found), bits);
    }

    /// <summary>Writes pages durably to every plex. True when they are durable on all that are left, or when it is
    /// durable that none is left.</summary>
    public async Task<bool> WriteAsync(List<(int Page, byte[] Sector)> pages, VolumeCore? core)
    {
        bool isDurable = true;
        foreach (LogPlex plex in plexes)
        {
            StatusGather gather = default;
            foreach ((int page, byte[] sector) in pages)
            {
                gather.Add(WritePageAsync(plex, page + 1, sector));
            }

            IoStatus status = await gather.EndAsync();
            if (status == IoStatus.Success)
            {
                continue;
            }

            if (core is not null && await core.Owner.DetachPlexAsync(core.Volume, plex.Id, status))
            {
                Volatile.Write(ref plexes, [.. plexes.Where(other => other.Id != plex.Id)]);
            }
            else
            {
                isDurable = false;
            }
        }

        return isDurable;
    }

    private static ValueTask<IoStatus> WritePageAsync(LogPlex plex, int page, byte[] sectors) =>
        plex.Device.WriteAsync(
            page * DirtyRegionLogPage.Size, sectors, WriteFlags.ForceUnitAccess, CancellationToken.None);

    private static void AddBits(byte[] sectors, DirtyRegionLogGeometry geometry, Guid logId, byte[] bits)
    {
        const int bytesPerPage = DirtyRegionLogGeometry.RegionsPerPage / 8;
        for (int page = 0; page < geometry.PageCount; page++)
        {
            ReadOnlySpan<byte> sector = sectors.AsSpan((1 + page) * DirtyRegionLogPage.Size, DirtyRegionLogPage.Size);
            Span<byte> target = bits.AsSpan(page * bytesPerPage, bytesPerPage);
            if (DirtyRegionLogPage.ReadBits(sector, logId, page + 1, target) != ReadStatus.Valid)
            {
                target.Fill(0xFF);
            }
        }
    }
}
