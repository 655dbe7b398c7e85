using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Clears areas of plexes that nobody can reach yet, durably. Whole rows of stripe units are cleared column by column,
/// so that the work is that of the subdisks and not of the stripe units: a volume of many TiB takes a moment.
/// </summary>
internal static class Clearing
{
    /// <summary>Bytes of one request.</summary>
    private const long Step = 1L << 30;

    /// <summary>Clears a range of a plex.</summary>
    public static async Task<IoStatus> ZeroAsync(
        PlexMap map, Func<RecordId, IExtentDevice> publicRegion, long offset, long length)
    {
        long rowLength = map.StripeUnit == 0 ? 1 : map.StripeUnit * map.ColumnCount;
        long end = offset + length;
        long firstRow = (offset + rowLength - 1) / rowLength;
        long lastRow = end / rowLength;
        var plex = new PlexDevice(map, publicRegion);
        if (firstRow >= lastRow)
        {
            return await EndAsync(plex, await ZeroPieceAsync(plex, offset, length), []);
        }
        IoStatus status = await ZeroPieceAsync(plex, offset, (firstRow * rowLength) - offset);
        status = status == IoStatus.Success
            ? await ZeroPieceAsync(plex, lastRow * rowLength, end - (lastRow * rowLength))
            : status;
        long unit = map.StripeUnit == 0 ? 1 : map.StripeUnit;
        HashSet<IExtentDevice> disks = [];
        foreach (PlexExtent extent in map.Extents)
        {
            long from = Math.Max(extent.ColumnOffset, firstRow * unit);
            long to = Math.Min(extent.ColumnEnd, lastRow * unit);
            if (status == IoStatus.Success && from < to)
            {
                IExtentDevice disk = publicRegion(extent.DiskId);
                disks.Add(disk);
                status = await ZeroDiskAsync(disk, extent.DiskOffset + from - extent.ColumnOffset, to - from);
            }
        }
        return await EndAsync(plex, status, disks);
    }

    private static async Task<IoStatus> ZeroPieceAsync(PlexDevice plex, long offset, long length) =>
        length == 0 ? IoStatus.Success : await plex.ZeroAsync(offset, length, WriteFlags.None, CancellationToken.None);

    private static async Task<IoStatus> ZeroDiskAsync(IExtentDevice disk, long offset, long length)
    {
        for (long done = 0; done < length; done += Step)
        {
            IoStatus status = await disk.ZeroAsync(
                offset + done, Math.Min(Step, length - done), WriteFlags.None, CancellationToken.None);
            if (status != IoStatus.Success)
            {
                return status;
            }
        }
        return IoStatus.Success;
    }

    private static async Task<IoStatus> EndAsync(PlexDevice plex, IoStatus status, IEnumerable<IExtentDevice> disks)
    {
        status = status == IoStatus.Success ? await plex.FlushAsync(CancellationToken.None) : status;
        foreach (IExtentDevice disk in disks)
        {
            status = status == IoStatus.Success ? await disk.FlushAsync(CancellationToken.None) : status;
        }
        return status;
    }
}
