using System.Collections;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Pools;

/// <summary>
/// Which allocation units of a thin LUN have space: learned once from the holes of its backing, then kept. Shared by
/// all hosts. A unit is taken before it is written and given back after it was discarded as a whole.
/// </summary>
internal sealed class LunSpace
{
    private readonly Lock changing = new();
    private readonly SemaphoreSlim learning = new(1);
    private readonly BitArray allocated;
    private readonly PoolSpace pool;
    private volatile bool isKnown;
    private volatile bool isOffline;

    public LunSpace(long length, PoolSpace pool)
    {
        this.pool = pool;
        allocated = new BitArray(checked((int)((length + pool.Unit - 1) / pool.Unit)));
    }

    /// <summary>Whether the backing was looked at.</summary>
    public bool IsKnown => isKnown;

    /// <summary>Whether the array has taken the LUN offline for want of space; it is back as soon as there is
    /// some.</summary>
    public bool IsOffline
    {
        get
        {
            if (isOffline && pool.HasFree)
            {
                isOffline = false;
            }

            return isOffline;
        }
    }

    /// <summary>How a write ends that finds no space.</summary>
    public IoStatus Refuse()
    {
        isOffline = pool.WhenFull == PoolFullBehaviour.Offline;
        return isOffline ? IoStatus.NotReachable : IoStatus.NoSpace;
    }

    /// <summary>Looks where the backing holds data.</summary>
    public async ValueTask<IoStatus> LearnAsync(IBlockDevice backing)
    {
        await learning.WaitAsync();
        try
        {
            for (long offset = 0; !isKnown && offset < backing.Length;)
            {
                ExtentReply extent = await ExtentOperations.NextExtentAsync(
                    backing, offset, backing.Length - offset, CancellationToken.None);
                if (extent.Status != IoStatus.Success)
                {
                    return extent.Status;
                }

                if (extent.Kind == ExtentKind.Data)
                {
                    pool.Count(Mark(offset, extent.Length));
                }

                offset += extent.Length;
            }

            isKnown = true;
            return IoStatus.Success;
        }
        finally
        {
            learning.Release();
        }
    }

    /// <summary>Makes sure that the range has space; false when the pool is full.</summary>
    public bool TryAllocate(long offset, long length)
    {
        lock (changing)
        {
            (int first, int last) = Units(offset, length);
            allocated.Length = Math.Max(allocated.Length, last + 1); // the LUN may have grown
            int missing = 0;
            for (int index = first; index <= last; index++)
            {
                missing += allocated[index] ? 0 : 1;
            }

            if (missing > 0 && !pool.TryTake(missing))
            {
                return false;
            }

            for (int index = first; missing > 0 && index <= last; index++)
            {
                allocated[index] = true;
            }

            return true;
        }
    }

    /// <summary>Gives back the units that lie wholly in the range.</summary>
    public void Free(long offset, long length)
    {
        lock (changing)
        {
            long first = (offset + pool.Unit - 1) / pool.Unit;
            long end = Math.Min((offset + length) / pool.Unit, allocated.Length);
            int freed = 0;
            for (long index = first; index < end; index++)
            {
                freed += allocated[(int)index] ? 1 : 0;
                allocated[(int)index] = false;
            }

            pool.Give(freed);
        }
    }

    private int Mark(long offset, long length)
    {
        lock (changing)
        {
            (int first, int last) = Units(offset, length);
            int marked = 0;
            for (int index = first; index <= last && index < allocated.Count; index++)
            {
                marked += allocated[index] ? 0 : 1;
                allocated[index] = true;
            }

            return marked;
        }
    }

    private (int First, int Last) Units(long offset, long length) =>
        ((int)(offset / pool.Unit), (int)((offset + Math.Max(1, length) - 1) / pool.Unit));
}
