using System.Numerics;
using VolMgr.Blocks;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// The dirty regions of a volume in memory: who uses each, and since which change of the bitmap its bit is set. Not
/// thread-safe; the log guards it.
/// </summary>
/// <remarks>
/// What always holds: the bit of a region is set exactly while the region is in the table; a region with users stays in
/// it;
/// <see cref="Version"/> grows with every bit that is set, so that a mark is durable when a bitmap of at least the
/// region's version is.
/// </remarks>
internal sealed class DirtyRegionTable(DirtyRegionLogGeometry geometry)
{
    private const int BitsOffsetUnit = DirtyRegionLogGeometry.RegionsPerPage;

    private readonly Dictionary<int, Region> regions = [];
    private readonly SortedSet<int> changedPages = [];
    private readonly List<int> fresh = [];
    private readonly byte[][] pages = [.. Enumerable.Range(0, geometry.PageCount)
        .Select(_ => new byte[BitsOffsetUnit / 8])];

    private int busyCount;

    /// <summary>Grows with every bit that is set.</summary>
    public long Version { get; private set; }

    /// <summary>Dirty regions.</summary>
    public int Count => regions.Count;

    /// <summary>Bits that are set.</summary>
    public int BitCount => pages.Sum(page => page.Sum(octet => BitOperations.PopCount(octet)));

    /// <summary>Regions with users.</summary>
    public int BusyCount => busyCount;

    /// <summary>Whether a region is dirty and nobody uses it.</summary>
    public bool HasIdle => regions.Count > busyCount;

    /// <summary>Whether more regions may become dirty: within the cap. A single mutation that needs more than half of
    /// it is let in at once: it could wait for ever behind regions that stay busy.</summary>
    public bool HasRoom(int first, int last)
    {
        int added = 0;
        for (int region = first; region <= last; region++)
        {
            added += regions.ContainsKey(region) ? 0 : 1;
        }

        return added == 0
            || regions.Count + added <= geometry.MaximumDirtyRegions
            || added > geometry.MaximumDirtyRegions / 2;
    }

    /// <summary>Adds a user to each region; returns the version that has to be durable before data is
    /// written.</summary>
    public long Use(int first, int last)
    {
        long needed = 0;
        for (int index = first; index <= last; index++)
        {
            if (!regions.TryGetValue(index, out Region? region))
            {
                region = Set(index);
                fresh.Add(index);
            }

            busyCount += region.Users == 0 ? 1 : 0;
            region.Users++;
            region.Uses++;
            needed = Math.Max(needed, region.SetVersion);
        }

        return needed;
    }

    /// <summary>
    /// Sets the bits around those that were set since pages were last taken: aligned groups of that many regions, up to
    /// a quarter of the cap. Nobody uses them yet, so they go again like any idle region.
    /// </summary>
    public void Widen(int group, long now)
    {
        foreach (int index in fresh)
        {
            int first = index / group * group;
            for (int other = first; other < Math.Min(first + group, geometry.RegionCount); other++)
            {
                if (!regions.ContainsKey(other) && regions.Count < geometry.MaximumDirtyRegions / 4)
                {
                    Set(other).IdleSince = now;
                }
            }
        }
    }

    /// <summary>Takes a user from each region.</summary>
    public void Drop(int first, int last, long now)
    {
        for (int index = first; index <= last; index++)
        {
            Region region = regions[index];
            Invariant.Holds(region.Users > 0);
            region.Users--;
            if (region.Users == 0)
            {
                busyCount--;
                region.IdleSince = now;
            }
        }
    }

    /// <summary>The idle regions that have been so since then or longer, each with its count of uses.</summary>
    public List<(int Index, long Uses)> Idle(Func<long, bool> isLongEnough) =>
        [.. regions.Where(pair => pair.Value.Users == 0 && isLongEnough(pair.Value.IdleSince))
            .Select(pair => (pair.Key, pair.Value.Uses)).Order()];

    /// <summary>Cleans regions that nobody used since <see cref="Idle"/> listed them.</summary>
    public void Clean(List<(int Index, long Uses)> candidates)
    {
        foreach ((int index, long uses) in candidates)
        {
            if (regions.TryGetValue(index, out Region? region) && region.Users == 0 && region.Uses == uses)
            {
                regions.Remove(index);
                SetBit(index, isSet: false);
            }
        }
    }

    /// <summary>The pages that changed since they were last taken, as sectors.</summary>
    public List<(int Page, byte[] Sector)> TakeChangedPages(Guid logId)
    {
        List<(int, byte[])> taken = [];
        foreach (int page in changedPages)
        {
            byte[] sector = new byte[DirtyRegionLogPage.Size];
            DirtyRegionLogPage.WriteBits(sector, logId, page + 1, pages[page]);
            taken.Add((page, sector));
        }

        changedPages.Clear();
        fresh.Clear();
        return taken;
    }

    /// <summary>These pages did not reach the log.</summary>
    public void ReturnPages(List<(int Page, byte[] Sector)> taken)
    {
        foreach ((int page, _) in taken)
        {
            changedPages.Add(page);
        }
    }

    private Region Set(int index)
    {
        var region = new Region { SetVersion = ++Version };
        regions.Add(index, region);
        SetBit(index, isSet: true);
        return region;
    }

    private void SetBit(int region, bool isSet)
    {
        (int page, int bit) = Math.DivRem(region, BitsOffsetUnit);
        byte mask = (byte)(1 << (bit % 8));
        pages[page][bit / 8] = (byte)(isSet ? pages[page][bit / 8] | mask : pages[page][bit / 8] & ~mask);
        changedPages.Add(page);
    }

    private sealed class Region
    {
        public int Users { get; set; }

        public long Uses { get; set; }

        public long SetVersion { get; init; }

        public long IdleSince { get; set; }
    }
}
