using System.Collections;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Recovery;

/// <summary>
/// Which parts of a volume recovery has not yet made equal on all plexes, in units of at least 1 MiB. Thread-safe.
/// </summary>
internal sealed class RecoveryMap
{
    private const long SmallestUnit = 1L << 20;

    /// <summary>Units that one answer about states looks at.</summary>
    private const int LargestScan = 1 << 14;

    /// <summary>Units at most: the map of the largest volume stays at 128 KiB.</summary>
    private const long MaximumUnitCount = 1L << 20;

    private readonly Lock sync = new();
    private readonly BitArray pending;
    private readonly long length;
    private readonly List<int> atWork = [];
    private int pendingCount;

    private RecoveryMap(long length)
    {
        this.length = length;
        UnitSize = SmallestUnit;
        while (length / UnitSize >= MaximumUnitCount)
        {
            UnitSize *= 2;
        }

        pending = new BitArray((int)((length + UnitSize - 1) / UnitSize));
    }

    /// <summary>Bytes of a unit.</summary>
    public long UnitSize { get; }

    /// <summary>Units that are left.</summary>
    public int PendingCount => Volatile.Read(ref pendingCount);

    /// <summary>A map with these ranges pending; all of the volume when there are none.</summary>
    public static RecoveryMap Over(long length, IReadOnlyList<ByteRange> ranges)
    {
        var map = new RecoveryMap(length);
        foreach (ByteRange range in ranges.Count == 0 ? [new ByteRange(0, length)] : ranges)
        {
            // Rounded out: what is next to a dirty range is equal on all plexes and recovering it changes nothing.
            for (long unit = range.Offset / map.UnitSize; unit * map.UnitSize < Math.Min(range.End, length); unit++)
            {
                map.pendingCount += map.pending[(int)unit] ? 0 : 1;
                map.pending[(int)unit] = true;
            }
        }

        return map;
    }

    /// <summary>Whether any byte of the range is pending.</summary>
    public bool IsPending(long offset, long count)
    {
        lock (sync)
        {
            for (long unit = offset / UnitSize; unit * UnitSize < offset + count; unit++)
            {
                if (pending[(int)unit])
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The first pending unit at or behind an index, or -1.</summary>
    public int NextPending(int from)
    {
        lock (sync)
        {
            for (int unit = from; unit < pending.Length; unit++)
            {
                if (pending[unit])
                {
                    return unit;
                }
            }

            return -1;
        }
    }

    /// <summary>Copying where recovery is at work, dirty where it has still to come, else clean.</summary>
    public ResyncExtent StateAt(long offset, long count)
    {
        int first = (int)(offset / UnitSize);
        long end = Math.Min(offset + count, length);
        lock (sync)
        {
            if (pendingCount == 0)
            {
                return new ResyncExtent(ResyncState.Clean, count);
            }

            ResyncState state = StateOfUnsynchronized(first);
            int unit = first + 1;
            while (unit - first < LargestScan && unit * UnitSize < end && StateOfUnsynchronized(unit) == state)
            {
                unit++;
            }

            return new ResyncExtent(state, Math.Min(count, (unit * UnitSize) - offset));
        }
    }

    /// <summary>Recovery holds the unit, until <see cref="EndWork"/>.</summary>
    public void BeginWork(int unit)
    {
        lock (sync)
        {
            atWork.Add(unit);
        }
    }

    /// <summary>Recovery has let the unit go.</summary>
    public void EndWork(int unit)
    {
        lock (sync)
        {
            atWork.Remove(unit);
        }
    }

    /// <summary>The bytes of a unit.</summary>
    public ByteRange RangeOf(int unit)
    {
        long offset = unit * UnitSize;
        return new ByteRange(offset, Math.Min(UnitSize, length - offset));
    }

    /// <summary>The unit and the pending ones behind it without a gap, as far as <paramref name="limit"/>
    /// bytes; at least the unit.</summary>
    public ByteRange RunOf(int unit, long limit)
    {
        lock (sync)
        {
            int end = unit + 1;
            while (end < pending.Length && pending[end] && (end + 1 - unit) * UnitSize <= limit)
            {
                end++;
            }

            long offset = unit * UnitSize;
            return new ByteRange(offset, Math.Min(end * UnitSize, length) - offset);
        }
    }

    /// <summary>The range is equal on all plexes; units that it holds whole are done if they were not.</summary>
    public void MarkRecovered(ByteRange range)
    {
        lock (sync)
        {
            for (long unit = (range.Offset + UnitSize - 1) / UnitSize;
                unit < pending.Length && Math.Min((unit + 1) * UnitSize, length) <= range.End;
                unit++)
            {
                pendingCount -= pending[(int)unit] ? 1 : 0;
                pending[(int)unit] = false;
            }
        }
    }

    private ResyncState StateOfUnsynchronized(int unit) =>
        unit >= pending.Length || !pending[unit] ? ResyncState.Clean
        : atWork.Contains(unit) ? ResyncState.Copying
        : ResyncState.Dirty;
}
