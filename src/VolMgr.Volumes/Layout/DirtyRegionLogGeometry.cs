using VolMgr.Blocks;

namespace VolMgr.Volumes.Layout;

/// <summary>
/// The one formula of a dirty region log: region size, number of regions, length of the log, how many regions may be
/// dirty and how long a clean region keeps its bit. Whoever sizes, writes or reads a log asks here.
/// <code>
/// page 0      header: identity, generation, geometry
/// page 1..n   bitmap: <see cref="PageHeaderLength"/> bytes of identity and checksum, then <see cref="RegionsPerPage"/>
/// bits
/// </code>
/// A page is one sector, so that a mark is one atomic write. The log always has room for the most regions that any
/// volume can have: a volume grows without its log growing.
/// </summary>
/// <param name="VolumeLength">Bytes of the volume, positive.</param>
public readonly record struct DirtyRegionLogGeometry(long VolumeLength)
{
    /// <summary>Bytes of one log page: one sector, written atomically.</summary>
    public const int PageLength = 512;

    /// <summary>Bytes at the start of a bitmap page that hold no bits.</summary>
    public const int PageHeaderLength = 32;

    /// <summary>Regions whose bits one page holds.</summary>
    public const int RegionsPerPage = (PageLength - PageHeaderLength) * 8;

    /// <summary>Bitmap pages at most: 64 pages track 15 TiB in regions of 64 MiB.</summary>
    public const int MaximumPageCount = 64;

    /// <summary>Regions at most.</summary>
    public const int MaximumRegionCount = MaximumPageCount * RegionsPerPage;

    /// <summary>The smallest region.</summary>
    public const long MinimumRegionSize = 64 * 1024;

    /// <summary>Regions of a volume up to 1 GiB at most.</summary>
    public const int FewRegions = 256;

    /// <summary>Bytes of a log plex: header page and all bitmap pages, rounded up to 8 KiB.</summary>
    public const long LogLength = (((1 + MaximumPageCount) * PageLength) + 8191) / 8192 * 8192;

    /// <summary>Regions that may be dirty at once in the log of a volume that is written in sequence.</summary>
    public const int SequentialDirtyRegions = 3;

    /// <summary>Whether the volume is said to be written in sequence (<c>logtype=seqdrl</c>): few regions are dirty at
    /// a time, so that little is left to make equal after a crash.</summary>
    public bool IsSequential { get; init; }

    private const long LargeRegionSize = 4 << 20;

    /// <summary>How long a region keeps its bit after its last write is flushed; a busy region is marked
    /// once.</summary>
    public static readonly TimeSpan LazyClearDelay = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of one region: the smallest power of two, at least 64 KiB, that cuts the volume into no more than
    /// <see cref="FewRegions"/>; from 4 MiB on, into no more than <see cref="MaximumRegionCount"/>. Few regions make
    /// few marks: an application that writes all over the volume soon has no more to wait for.</summary>
    public long RegionSize
    {
        get
        {
            Invariant.Holds(VolumeLength > 0);
            long size = MinimumRegionSize;
            while ((VolumeLength - 1) / size >= (size < LargeRegionSize ? FewRegions : MaximumRegionCount))
            {
                size *= 2;
            }

            return size;
        }
    }

    /// <summary>Regions of the volume; the last may be short.</summary>
    public int RegionCount => (int)(((VolumeLength - 1) / RegionSize) + 1);

    /// <summary>Bitmap pages in use.</summary>
    public int PageCount => ((RegionCount - 1) / RegionsPerPage) + 1;

    /// <summary>
    /// Regions that may be dirty at once, so that a crash costs at most about 4 GiB of recovery: 4 GiB of regions, but
    /// no fewer than 512 and no more than 4096. Beyond it a mark waits for a flush of all plexes.
    /// </summary>
    public int MaximumDirtyRegions => IsSequential
        ? SequentialDirtyRegions : (int)Math.Clamp((4L << 30) / RegionSize, 512, 4096);

    /// <summary>The region of a byte of the volume.</summary>
    public int RegionOf(long offset) => (int)(offset / RegionSize);
}
