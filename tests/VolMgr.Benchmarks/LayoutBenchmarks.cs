using BenchmarkDotNet.Attributes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Benchmarks;

/// <summary>From a plex to its disks.</summary>
[MemoryDiagnoser]
public class LayoutBenchmarks
{
    private const long Length = 1L << 30;

    private readonly PlexMap concatenated = Map(PlexLayout.Concat, columns: 1, subdisks: 16);
    private readonly PlexMap striped = Map(PlexLayout.Stripe, columns: 4, subdisks: 4);
    private long offset;

    /// <summary>Sixteen subdisks, one behind the other.</summary>
    [Benchmark]
    public long Concatenated() => concatenated.SegmentAt(Next(), 4096).DiskOffset;

    /// <summary>Four columns of four subdisks.</summary>
    [Benchmark]
    public long Striped() => striped.SegmentAt(Next(), 4096).DiskOffset;

    private static PlexMap Map(PlexLayout layout, int columns, int subdisks)
    {
        var plex = new PlexRecord
        {
            Id = new RecordId(1),
            Name = "plex1",
            State = PlexState.Active,
            Layout = layout,
            ColumnCount = columns,
            StripeUnit = layout == PlexLayout.Stripe ? 64 << 10 : 0,
        };
        long each = Length / columns / subdisks;
        return PlexMap.Of(plex, [.. Enumerable.Range(0, columns * subdisks).Select(index => new SubdiskRecord
        {
            Id = new RecordId(100 + index),
            Name = $"sd{index}",
            DiskId = new RecordId(1000 + index),
            DiskOffset = 0,
            Length = each,
            PlexId = plex.Id,
            Column = index / subdisks,
            PlexOffset = index % subdisks * each,
        })]);
    }

    private long Next()
    {
        offset = (offset + (7919L * 4096)) % (Length - 4096);
        return offset / 4096 * 4096;
    }
}
