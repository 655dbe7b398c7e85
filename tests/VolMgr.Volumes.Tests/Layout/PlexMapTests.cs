using FsCheck;
using FsCheck.Fluent;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class PlexMapTests
{
    /// <summary>All small geometries: up to 3 columns, units of 1 to 3, and subdisks of 1 to 3 in each column. Each
    /// byte of the address space is compared with the field's formula, walked byte by byte.</summary>
    [Fact]
    public void Small_stripes_follow_the_formula_exhaustively()
    {
        foreach (int columns in (int[])[1, 2, 3])
        {
            foreach (int unit in (int[])[1, 2, 3])
            {
                foreach (int pieces in Enumerable.Range(0, 27))
                {
                    int[] lengths = [1 + (pieces % 3), 1 + (pieces / 3 % 3), 1 + (pieces / 9)];
                    PlexMap map = Stripe(unit, [.. Enumerable.Range(0, columns).Select(_ => lengths)]);
                    Assert.Equal(lengths.Sum() / unit * unit * columns, map.Length);
                    AssertFormula(map, columns, unit, lengths);
                }
            }
        }
    }

    [Fact]
    public void Every_subrange_maps_like_its_bytes()
    {
        PlexMap map = Stripe(2, [3, 1, 2], [1, 5], [6]);
        List<(RecordId, long)> bytes = [.. Enumerable.Range(0, (int)map.Length).Select(offset => Place(map, offset))];
        for (int offset = 0; offset <= map.Length; offset++)
        {
            for (int length = 0; length <= map.Length - offset; length++)
            {
                List<(RecordId, long)> places = [];
                long next = offset;
                foreach (PlexSegment segment in map.Map(offset, length))
                {
                    Assert.Equal(next, segment.PlexOffset);
                    Assert.True(segment.Length > 0);
                    next += segment.Length;
                    places.AddRange(Enumerable.Range(0, (int)segment.Length)
                        .Select(index => (segment.DiskId, segment.DiskOffset + index)));
                }

                Assert.Equal(bytes.GetRange(offset, length), places);
            }
        }
    }

    [Fact]
    public void Every_subrange_covers_the_same_bytes_column_by_column()
    {
        PlexMap map = Stripe(2, [3, 1, 2], [1, 5], [6]);
        for (int offset = 0; offset <= map.Length; offset++)
        {
            for (int length = 0; length <= map.Length - offset; length++)
            {
                IEnumerable<(RecordId, long)> expected = Enumerable.Range(offset, length).Select(at => Place(map, at));
                IEnumerable<(RecordId, long)> covered = map.MapByColumn(offset, length).SelectMany(
                    run => Enumerable.Range(0, (int)run.Length).Select(index => (run.DiskId, run.DiskOffset + index)));
                Assert.Equal(expected.Order(), covered.Order());
            }
        }
    }

    [Fact]
    public void Concatenation_makes_one_segment_a_subdisk()
    {
        PlexMap map = Concat(5, 3, 4);
        Assert.Equal(12, map.Length);
        Assert.Equal([5L, 3, 4], map.Map(0, 12).ToList().Select(segment => segment.Length));
        Assert.Equal([2L, 3, 1], map.Map(3, 6).ToList().Select(segment => segment.Length));
        Assert.Empty(map.Map(12, 0).ToList());
    }

    [Fact]
    public void Shortest_column_ends_the_address_space()
    {
        Assert.Equal(8, Stripe(2, [9], [5]).Length);
        Assert.Equal(0, Stripe(4, [3], [8]).Length);
    }

    [Fact]
    public void Range_outside_the_address_space_is_a_bug_of_the_caller()
    {
        PlexMap map = Concat(8);
        Assert.Throws<InvariantViolationException>(() => map.Map(0, 9));
        Assert.Throws<InvariantViolationException>(() => map.Map(-1, 1));
        Assert.Throws<InvariantViolationException>(() => map.Map(9, 0));
        Assert.Throws<InvariantViolationException>(() => map.Map(long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void Walking_allocates_nothing()
    {
        PlexMap map = Stripe(2, [3, 1, 2], [1, 5], [6]);
        long total = Sum(map);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 1; round < 100; round++)
        {
            total += Sum(map);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(100 * map.Length, total);
    }

    /// <summary>Large random geometries: every byte sampled lies inside one subdisk, the inverse leads back, neighbours
    /// are mapped once.</summary>
    [Fact]
    public void Large_geometries_map_every_byte_once_and_back()
    {
        Gen<(int Columns, int Unit, int[] Lengths, int Seed)> geometries =
            from columns in Gen.Choose(1, 16)
            from unit in Gen.Choose(0, 4096)
            from count in Gen.Choose(1, 5)
            from lengths in Gen.Choose(1, 1 << 28).ArrayOf(count)
            from seed in Gen.Choose(0, int.MaxValue)
            select (unit == 0 ? 1 : columns, unit * 512, lengths, seed);
        Prop.ForAll(geometries.ToArbitrary(), geometry =>
        {
            (int columns, int unit, int[] lengths, int seed) = geometry;
            PlexMap map = unit == 0 ? Concat(lengths) : Stripe(unit, [.. Enumerable.Repeat(lengths, columns)]);
            Random random = new(seed);
            for (int sample = 0; sample < 50 && map.Length > 0; sample++)
            {
                long offset = random.NextInt64(map.Length);
                long length = Math.Min(map.Length - offset, random.NextInt64(1, 1 << 22));
                long next = offset;
                foreach (PlexSegment segment in map.Map(offset, length))
                {
                    Assert.Equal(next, segment.PlexOffset);
                    Assert.Equal(segment.PlexOffset, map.PlexOffsetOf(segment.DiskId, segment.DiskOffset));
                    Assert.Equal(
                        segment.PlexOffset + segment.Length - 1,
                        map.PlexOffsetOf(segment.DiskId, segment.DiskOffset + segment.Length - 1));
                    Assert.Single(map.Extents, extent => extent.DiskId == segment.DiskId
                        && segment.DiskOffset >= extent.DiskOffset
                        && segment.DiskOffset + segment.Length <= extent.DiskOffset + extent.Length);
                    next += segment.Length;
                }

                Assert.Equal(offset + length, next);
            }
        }).QuickCheckThrowOnFailure();
    }

    private static void AssertFormula(PlexMap map, int columns, int unit, int[] lengths)
    {
        HashSet<(RecordId, long)> used = [];
        for (long offset = 0; offset < map.Length; offset++)
        {
            (RecordId disk, long diskOffset) = Place(map, offset);
            long column = offset / unit % columns;
            long columnOffset = (offset / (unit * columns) * unit) + (offset % unit);
            long piece = 0;
            while (columnOffset >= lengths[piece])
            {
                columnOffset -= lengths[piece++];
            }

            Assert.Equal(Disk((int)column, (int)piece), disk);
            Assert.Equal(Start((int)column, (int)piece) + columnOffset, diskOffset);
            Assert.True(used.Add((disk, diskOffset)));
            Assert.Equal(offset, map.PlexOffsetOf(disk, diskOffset));
        }
    }

    private static long Sum(PlexMap map)
    {
        long sum = 0;
        foreach (PlexSegment segment in map.Map(0, map.Length))
        {
            sum += segment.Length;
        }

        return sum;
    }

    private static (RecordId Disk, long Offset) Place(PlexMap map, long offset)
    {
        PlexSegment segment = Assert.Single(map.Map(offset, 1).ToList());
        return (segment.DiskId, segment.DiskOffset);
    }

    private static RecordId Disk(int column, int piece) => new(1 + (column * 10) + piece);

    private static long Start(int column, int piece) => 100 + (column * 7) + (piece * 3);

    private static PlexMap Concat(params int[] lengths) => Map(PlexLayout.Concat, 0, lengths);

    private static PlexMap Stripe(long unit, params int[][] columns) => Map(PlexLayout.Stripe, unit, columns);

    private static PlexMap Map(PlexLayout layout, long unit, params int[][] columns)
    {
        List<SubdiskRecord> subdisks = [];
        for (int column = 0; column < columns.Length; column++)
        {
            long end = 0;
            for (int piece = 0; piece < columns[column].Length; piece++)
            {
                subdisks.Add(new SubdiskRecord
                {
                    Id = new RecordId(1000 + subdisks.Count),
                    Name = $"sd{subdisks.Count}",
                    DiskId = Disk(column, piece),
                    DiskOffset = Start(column, piece),
                    Length = columns[column][piece],
                    Column = column,
                    PlexOffset = end,
                });
                end += columns[column][piece];
            }
        }

        PlexRecord plex = new()
        {
            Id = new RecordId(1),
            Name = "vol-01",
            Layout = layout,
            ColumnCount = columns.Length,
            StripeUnit = unit,
            State = PlexState.None,
        };
        return PlexMap.Of(plex, subdisks);
    }
}
