using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>
/// Chooses space. Deterministic: the same disks, order and wishes give the same answer. What it returns is aligned,
/// free, without overlap, and of exactly the length asked for; null when it finds no place.
/// <list type="bullet">
/// <item>A concatenation takes the first piece that is long enough, else as few pieces as possible, over several
/// disks.</item>
/// <item>Columns of a stripe lie on different disks; a column is one piece if it can be, else several on one disk, else
/// several disks that no other column uses.</item>
/// </list>
/// It does not search for the best packing: a request that only fits by a clever distribution is refused.
/// </summary>
internal static class Allocator
{
    /// <summary>Columns chosen at most when the request leaves the number open.</summary>
    internal const int MaximumColumns = 8;

    /// <summary>Space for a plex: a list of extents for each column.</summary>
    internal static IReadOnlyList<IReadOnlyList<FreeExtent>>? Plex(
        IReadOnlyList<CandidateDisk> disks, PlexShape shape, long columnLength, StorageRequest request)
    {
        if (shape.Layout == PlexLayout.Stripe)
        {
            return Stripe(disks, shape.ColumnCount, columnLength, request);
        }

        return Concat(disks, columnLength, request) is { } column ? [column] : null;
    }

    /// <summary>Extents of that length in total, in the order of the disks.</summary>
    internal static IReadOnlyList<FreeExtent>? Concat(
        IReadOnlyList<CandidateDisk> disks, long length, StorageRequest request)
    {
        List<FreeExtent> free = [.. disks.SelectMany(disk => disk.Free)];
        foreach (FreeExtent extent in free)
        {
            if (extent.Length >= length)
            {
                return [extent with { Length = length }];
            }
        }

        if (request.IsContiguous || free.Aggregate((Int128)0, (sum, extent) => sum + extent.Length) < length)
        {
            return null;
        }

        SortedDictionary<int, FreeExtent> taken = [];
        long rest = length;
        while (rest > 0)
        {
            int index = NextPiece(free, taken, rest, request.IsOrdered);
            FreeExtent piece = free[index] with { Length = Math.Min(rest, free[index].Length) };
            taken.Add(index, piece);
            rest -= piece.Length;
        }

        return [.. taken.Values];
    }

    /// <summary>The first piece that ends the search, else the longest one; just the next one where the order
    /// counts.</summary>
    private static int NextPiece(
        List<FreeExtent> free, SortedDictionary<int, FreeExtent> taken, long rest, bool isOrdered)
    {
        int best = -1;
        for (int index = 0; index < free.Count; index++)
        {
            if (taken.ContainsKey(index))
            {
                continue;
            }

            if (isOrdered || free[index].Length >= rest)
            {
                return index;
            }

            if (best < 0 || free[index].Length > free[best].Length)
            {
                best = index;
            }
        }

        return best;
    }

    private static List<IReadOnlyList<FreeExtent>>? Stripe(
        IReadOnlyList<CandidateDisk> disks, int columnCount, long columnLength, StorageRequest request)
    {
        List<CandidateDisk> unused = [.. disks];
        List<IReadOnlyList<FreeExtent>> columns = [];
        TakeSingleDisks(disk => disk.Free.Any(extent => extent.Length >= columnLength));
        if (!request.IsContiguous)
        {
            TakeSingleDisks(disk => disk.TotalFree >= columnLength);
            while (columns.Count < columnCount && SeveralDisks(unused, columnLength) is { } several)
            {
                Take(several);
            }
        }

        return columns.Count == columnCount ? columns : null;

        void TakeSingleDisks(Func<CandidateDisk, bool> isEnough)
        {
            foreach (CandidateDisk disk in unused.Where(isEnough).Take(columnCount - columns.Count).ToList())
            {
                Take([disk]);
            }
        }

        void Take(IReadOnlyList<CandidateDisk> chosen)
        {
            columns.Add(Concat(chosen, columnLength, request) ?? []);
            unused.RemoveAll(chosen.Contains);
        }
    }

    private static List<CandidateDisk>? SeveralDisks(List<CandidateDisk> unused, long columnLength)
    {
        List<CandidateDisk> chosen = [];
        Int128 total = 0;
        foreach (CandidateDisk disk in unused.Where(disk => disk.TotalFree > 0)
            .OrderByDescending(disk => disk.TotalFree))
        {
            chosen.Add(disk);
            total += disk.TotalFree;
            if (total >= columnLength)
            {
                return chosen;
            }
        }

        return null;
    }
}
