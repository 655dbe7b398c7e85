using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Tells data from holes in a plex by asking its disks about whole subdisks, not about single stripe units: walking a
/// large sparse plex costs what its data costs.
/// </summary>
/// <remarks>
/// A concatenated plex asks the subdisk at the offset, and goes on to the next while it finds holes. A striped plex
/// looks at the row of stripe units at the offset: when every column is a hole there, the hole reaches as far as the
/// shortest of them in whole rows; else the row counts as data, which it may be.
/// </remarks>
internal sealed class PlexExtents
{
    private readonly PlexMap map;
    private readonly Func<RecordId, IExtentDevice> disk;
    private readonly PlexExtent[][] columns;

    public PlexExtents(PlexMap map, Func<RecordId, IExtentDevice> disk)
    {
        this.map = map;
        this.disk = disk;
        columns = [.. map.Extents.GroupBy(extent => extent.Column).OrderBy(column => column.Key)
            .Select(column => column.ToArray())];
    }

    /// <summary>The extent at an offset of the plex, at most that long.</summary>
    public ValueTask<ExtentReply> NextAsync(long offset, long length, CancellationToken token) =>
        map.StripeUnit == 0 || columns.Length == 1
            ? NextInColumnAsync(columns[0], offset, length, token)
            : NextInRowsAsync(offset, length, token);

    private async ValueTask<ExtentReply> NextInRowsAsync(long offset, long length, CancellationToken token)
    {
        long rowLength = map.StripeUnit * columns.Length;
        (long row, long inside) = Math.DivRem(offset, rowLength);
        long rowCount = (inside + length + rowLength - 1) / rowLength;
        long holes = rowCount;
        long data = 0;
        foreach (PlexExtent[] column in columns)
        {
            ExtentReply reply = await NextInColumnAsync(
                column, row * map.StripeUnit, rowCount * map.StripeUnit, token);
            if (reply.Status != IoStatus.Success)
            {
                return reply;
            }

            if (reply.Kind == ExtentKind.Hole)
            {
                holes = Math.Min(holes, reply.Length / map.StripeUnit);
            }
            else
            {
                holes = 0;
                data = Math.Max(data, (reply.Length + map.StripeUnit - 1) / map.StripeUnit);
            }
        }

        return holes > 0
            ? new ExtentReply(IoStatus.Success, ExtentKind.Hole, Math.Min(length, (holes * rowLength) - inside))
            : new ExtentReply(
                IoStatus.Success, ExtentKind.Data, Math.Min(length, (Math.Max(data, 1) * rowLength) - inside));
    }

    private async ValueTask<ExtentReply> NextInColumnAsync(
        PlexExtent[] column, long offset, long length, CancellationToken token)
    {
        long holes = 0;
        int index = Array.FindLastIndex(column, extent => extent.ColumnOffset <= offset);
        for (; index < column.Length && holes < length; index++)
        {
            PlexExtent extent = column[index];
            long inside = offset + holes - extent.ColumnOffset;
            long longest = Math.Min(length - holes, extent.Length - inside);
            ExtentReply reply = await disk(extent.DiskId).NextExtentAsync(extent.DiskOffset + inside, longest, token);
            if (reply.Status != IoStatus.Success || reply.Kind == ExtentKind.Data)
            {
                return holes > 0 ? new ExtentReply(IoStatus.Success, ExtentKind.Hole, holes) : reply;
            }

            Invariant.Holds(reply.Length > 0);
            holes += reply.Length;
            if (reply.Length < longest)
            {
                break;
            }
        }

        return new ExtentReply(IoStatus.Success, ExtentKind.Hole, holes);
    }
}
