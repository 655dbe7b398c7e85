using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>
/// Where the bytes of a plex lie: pure arithmetic, no I/O, immutable. A concatenated plex is one column; a striped one
/// deals stripe units to its columns in turn.
/// <code>
/// plex offset p, unit u, n columns:   column = (p / u) % n      column offset = (p / (u * n)) * u + p % u
/// </code>
/// Each byte of the addressable length lies on exactly one disk at exactly one place, and no two share a place. The
/// address space ends where the shortest column does: what other columns have beyond that is not addressable.
/// </summary>
public sealed class PlexMap
{
    private readonly ImmutableArray<ImmutableArray<PlexExtent>> columns;
    private bool hasGaps; // set once, when it is built

    private PlexMap(ImmutableArray<ImmutableArray<PlexExtent>> columns, long stripeUnit)
    {
        this.columns = columns;
        StripeUnit = stripeUnit;
        long shortest = columns.Min(column => column.IsEmpty ? 0 : column[^1].ColumnEnd);
        Length = IsStriped ? shortest / stripeUnit * stripeUnit * columns.Length : shortest;
    }

    /// <summary>Bytes of the address space.</summary>
    public long Length { get; }

    /// <summary>Columns; 1 for a concatenated plex.</summary>
    public int ColumnCount => columns.Length;

    /// <summary>Bytes of a stripe unit; 0 for a concatenated plex.</summary>
    public long StripeUnit { get; }

    /// <summary>All subdisks, by column and offset.</summary>
    public IEnumerable<PlexExtent> Extents => columns.SelectMany(column => column);

    private bool IsStriped => StripeUnit > 0;

    /// <summary>The map of a plex of a checked configuration.</summary>
    public static PlexMap Of(GroupConfiguration configuration, RecordId plex)
    {
        PlexRecord record = configuration.Plexes[plex];
        return record.MovesInto is null
            ? Of(record, configuration.PiecesOf(plex))
            : OfMove(record, configuration.SubdisksOf(plex), configuration.SubdisksOf(record.MovesInto.Value));
    }

    /// <summary>
    /// The map of a plex that holds only subdisks which are to take the place of others: where it has none, its extents
    /// lie on no disk (<see cref="RecordId"/> 0), and what is written there is kept by nobody.
    /// </summary>
    public static PlexMap OfMove(
        PlexRecord plex, IReadOnlyList<SubdiskRecord> subdisks, IReadOnlyList<SubdiskRecord> whole)
    {
        ImmutableArray<PlexExtent>[] columns = [.. Enumerable.Range(0, plex.ColumnCount).Select(column => Filled(
            column,
            [.. subdisks.Where(subdisk => subdisk.Column == column)],
            whole.Where(subdisk => subdisk.Column == column)
                .Select(subdisk => subdisk.PlexOffset + subdisk.Length).Append(0).Max()))];
        return new PlexMap([.. columns], plex.Layout == PlexLayout.Stripe ? plex.StripeUnit : 0) { hasGaps = true };
    }

    /// <summary>How many bytes from an offset on lie on no disk; 0 for a plex without gaps.</summary>
    public long GapAt(long offset, long length)
    {
        long gap = 0;
        while (hasGaps && gap < length)
        {
            PlexSegment segment = SegmentAt(offset + gap, length - gap);
            if (segment.DiskId != default)
            {
                break;
            }

            gap += segment.Length;
        }

        return gap;
    }

    /// <summary>The map of a plex with these subdisks, by column and offset, without gaps inside a column.</summary>
    public static PlexMap Of(PlexRecord plex, IReadOnlyList<SubdiskRecord> subdisks)
    {
        ImmutableArray<PlexExtent>.Builder[] builders = [.. Enumerable.Range(0, plex.ColumnCount)
            .Select(_ => ImmutableArray.CreateBuilder<PlexExtent>())];
        foreach (SubdiskRecord subdisk in subdisks)
        {
            ImmutableArray<PlexExtent>.Builder column = builders[subdisk.Column];
            Invariant.Holds(subdisk.PlexOffset == (column.Count == 0 ? 0 : column[^1].ColumnEnd));
            Invariant.Holds(subdisk.Length > 0);
            column.Add(new PlexExtent(
                subdisk.Column, subdisk.PlexOffset, subdisk.DiskId, subdisk.DiskOffset, subdisk.Length));
        }

        return new PlexMap(
            [.. builders.Select(column => column.ToImmutable())],
            plex.Layout == PlexLayout.Stripe ? plex.StripeUnit : 0);
    }

    /// <summary>The segments of a range, in the order of plex offsets. Enumerating allocates nothing.</summary>
    public PlexRange Map(long offset, long length)
    {
        Invariant.Holds(offset >= 0);
        Invariant.Holds(length >= 0);
        Invariant.Holds(offset <= Length - length);
        return new PlexRange(this, offset, length);
    }

    /// <summary>
    /// The pieces of disks that a range covers, column by column: as many as there are columns and subdisks, however
    /// many stripe units the range has. For what does not care about the order of bytes, such as zeroing.
    /// </summary>
    public IEnumerable<PlexSegment> MapByColumn(long offset, long length)
    {
        Invariant.Holds(offset >= 0);
        Invariant.Holds(length >= 0);
        Invariant.Holds(offset <= Length - length);
        for (int column = 0; column < columns.Length; column++)
        {
            long end = ColumnBytesBelow(column, offset + length);
            for (long position = ColumnBytesBelow(column, offset); position < end;)
            {
                PlexExtent extent = ExtentAt(columns[column], position);
                long run = Math.Min(end, extent.ColumnEnd) - position;
                yield return new PlexSegment(
                    extent.DiskId,
                    extent.DiskOffset + position - extent.ColumnOffset,
                    FromColumn(column, position).PlexOffset,
                    run);
                position += run;
            }
        }
    }

    /// <summary>The plex offset of a byte of a column, and how many bytes from there on are contiguous in the
    /// plex.</summary>
    public (long PlexOffset, long Contiguous) FromColumn(int column, long columnOffset)
    {
        if (!IsStriped)
        {
            return (columnOffset, Length - columnOffset);
        }

        (long row, long inside) = Math.DivRem(columnOffset, StripeUnit);
        return ((((row * ColumnCount) + column) * StripeUnit) + inside, StripeUnit - inside);
    }

    /// <summary>The plex offset of a byte of a disk, or null where the plex does not address it.</summary>
    public long? PlexOffsetOf(RecordId disk, long diskOffset)
    {
        foreach (PlexExtent extent in Extents)
        {
            if (extent.DiskId == disk && diskOffset >= extent.DiskOffset
                && diskOffset < extent.DiskOffset + extent.Length)
            {
                long plexOffset = FromColumn(
                    extent.Column, extent.ColumnOffset + diskOffset - extent.DiskOffset).PlexOffset;
                return plexOffset < Length ? plexOffset : null;
            }
        }

        return null;
    }

    internal PlexSegment SegmentAt(long plexOffset, long longest)
    {
        int column = 0;
        long columnOffset = plexOffset;
        long contiguous = longest;
        if (IsStriped && ColumnCount > 1)
        {
            (long unit, long inside) = Math.DivRem(plexOffset, StripeUnit);
            column = (int)(unit % ColumnCount);
            columnOffset = (unit / ColumnCount * StripeUnit) + inside;
            contiguous = Math.Min(longest, StripeUnit - inside);
        }

        PlexExtent extent = ExtentAt(columns[column], columnOffset);
        long offsetInExtent = columnOffset - extent.ColumnOffset;
        return new PlexSegment(
            extent.DiskId,
            extent.DiskOffset + offsetInExtent,
            plexOffset,
            Math.Min(contiguous, extent.Length - offsetInExtent));
    }

    /// <summary>Bytes of a column that lie at plex offsets below a given one.</summary>
    private long ColumnBytesBelow(int column, long plexOffset)
    {
        if (!IsStriped)
        {
            return plexOffset;
        }

        (long rows, long rest) = Math.DivRem(plexOffset, StripeUnit * ColumnCount);
        return (rows * StripeUnit) + Math.Clamp(rest - (column * StripeUnit), 0, StripeUnit);
    }

    private static ImmutableArray<PlexExtent> Filled(int column, SubdiskRecord[] subdisks, long end)
    {
        ImmutableArray<PlexExtent>.Builder filled = ImmutableArray.CreateBuilder<PlexExtent>();
        long position = 0;
        foreach (SubdiskRecord subdisk in subdisks)
        {
            AddGap(subdisk.PlexOffset);
            filled.Add(new PlexExtent(
                column, subdisk.PlexOffset, subdisk.DiskId, subdisk.DiskOffset, subdisk.Length));
            position = subdisk.PlexOffset + subdisk.Length;
        }

        AddGap(end);
        return filled.ToImmutable();

        void AddGap(long until)
        {
            if (until > position)
            {
                filled.Add(new PlexExtent(column, position, default, position, until - position));
            }
        }
    }

    private static PlexExtent ExtentAt(ImmutableArray<PlexExtent> column, long columnOffset)
    {
        int low = 0;
        int high = column.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (column[middle].ColumnOffset <= columnOffset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return column[low];
    }
}
