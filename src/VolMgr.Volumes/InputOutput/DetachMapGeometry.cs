using VolMgr.Blocks;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Where the detach maps of a volume are on its DCO's log volume: a header page, then the maps one behind the other,
/// each a bit for each region of the volume, in whole pages.
/// </summary>
/// <param name="RegionSize">Bytes of a region; a power of two of at least 4 KiB.</param>
/// <param name="PagesPerMap">Pages of one map.</param>
public sealed record DetachMapGeometry(long RegionSize, int PagesPerMap)
{
    /// <summary>Bytes of a page.</summary>
    public const int PageSize = 4096;

    /// <summary>Plexes that can be detached from one volume and tracked at the same time.</summary>
    public const int MapCount = 8;

    /// <summary>The smallest region, bytes.</summary>
    public const long SmallestRegion = 4 << 10;

    /// <summary>The region where nobody asks for another, bytes.</summary>
    public const long StandardRegion = 64 << 10;

    /// <summary>The largest region, bytes.</summary>
    public const long LargestRegion = 1 << 30;

    /// <summary>Pages of the largest map that is laid out: it is in memory as a whole (64 MiB).</summary>
    public const int MostPages = 1 << 14;

    /// <summary>Bytes of the log volume.</summary>
    public long Length => (1 + ((long)MapCount * PagesPerMap)) * PageSize;

    /// <summary>The longest volume that the maps cover, bytes.</summary>
    public long Capacity => PagesPerMap * RegionsPerPage * RegionSize;

    private static long RegionsPerPage => PageSize * 8L;

    /// <summary>Maps for a volume of that length, with as much room again for it to grow.</summary>
    public static DetachMapGeometry For(long volumeLength, long regionSize)
    {
        Invariant.Holds(IsRegionSize(regionSize));
        long regions = ((2 * volumeLength) + regionSize - 1) / regionSize;
        return new DetachMapGeometry(
            regionSize, (int)Math.Max(1, (regions + RegionsPerPage - 1) / RegionsPerPage));
    }

    /// <summary>The smallest region, of that size or larger, with which the map of a volume is not too large.</summary>
    public static long RegionFor(long volumeLength, long regionSize)
    {
        while (regionSize < LargestRegion && For(volumeLength, regionSize).PagesPerMap > MostPages)
        {
            regionSize *= 2;
        }

        return regionSize;
    }

    /// <summary>The maps that a log volume of that length holds; behind them there may be a dirty region
    /// log.</summary>
    public static DetachMapGeometry OfLog(long logLength, long regionSize, bool hasLog)
    {
        long maps = logLength - (hasLog ? DirtyRegionLogGeometry.LogLength : 0);
        return new(regionSize, (int)Math.Max(0, ((maps / PageSize) - 1) / MapCount));
    }

    /// <summary>Whether regions may have that size.</summary>
    public static bool IsRegionSize(long bytes) =>
        bytes is >= SmallestRegion and <= LargestRegion && long.IsPow2(bytes);

    /// <summary>Where a page of a map is, bytes.</summary>
    public long OffsetOf(int map, int page) => (1 + ((long)map * PagesPerMap) + page) * PageSize;
}
