using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Resync;

/// <summary>
/// Which bytes of a volume are on the target of a copy: a frontier, and the ranges behind it that were finished out of
/// order. Thread-safe.
/// </summary>
/// <remarks>
/// What always holds: a byte is marked only after it is on the target, and while its range is still locked; the
/// frontier only grows; the ranges behind it do not touch one another nor the frontier, and there are no more of them
/// than ranges were in flight together. A checkpoint rounds in: a unit counts only when all of it is marked.
/// </remarks>
internal sealed class CopyMap
{
    private readonly Lock sync = new();
    private readonly SortedList<long, long> behind = []; // start to end
    private readonly List<ByteRange> atWork = [];
    private long frontier;

    /// <summary>A map of a copy from nothing.</summary>
    public CopyMap(long volumeLength) => VolumeLength = volumeLength;

    /// <summary>A map that continues from a record, without the ranges that have to be copied again.</summary>
    public CopyMap(CopyCheckpoint checkpoint, IReadOnlyList<ByteRange> recopy)
    {
        VolumeLength = checkpoint.VolumeLength;
        foreach (ByteRange range in checkpoint.Ranges())
        {
            MarkOutside(range, recopy);
        }
    }

    /// <summary>A map of a copy of some ranges to a target that holds everything else.</summary>
    public CopyMap(long volumeLength, IReadOnlyList<ByteRange> only)
    {
        VolumeLength = volumeLength;
        MarkOutside(new ByteRange(0, volumeLength), only);
    }

    /// <summary>Length of the volume.</summary>
    public long VolumeLength { get; }

    /// <summary>Everything before it is marked.</summary>
    public long Frontier
    {
        get
        {
            lock (sync)
            {
                return frontier;
            }
        }
    }

    /// <summary>Marked bytes.</summary>
    public long Done
    {
        get
        {
            lock (sync)
            {
                return frontier + behind.Sum(range => range.Value - range.Key);
            }
        }
    }

    /// <summary>Whether everything is marked.</summary>
    public bool IsComplete => Frontier == VolumeLength;

    /// <summary>Marks a range; ranges that are marked already, or in part, are fine.</summary>
    public void MarkCopied(ByteRange range)
    {
        Invariant.Holds(range.Offset >= 0);
        Invariant.Holds(range.End <= VolumeLength);
        lock (sync)
        {
            long start = range.Offset;
            long end = range.End;
            for (int index = behind.Count - 1; index >= 0; index--)
            {
                if (behind.Keys[index] <= end && behind.Values[index] >= start)
                {
                    start = Math.Min(start, behind.Keys[index]);
                    end = Math.Max(end, behind.Values[index]);
                    behind.RemoveAt(index);
                }
            }

            if (start <= frontier)
            {
                frontier = Math.Max(frontier, end);
            }
            else if (end > start)
            {
                behind[start] = end;
            }
        }
    }

    /// <summary>A worker holds the range, until <see cref="EndWork"/>.</summary>
    public void BeginWork(ByteRange range)
    {
        lock (sync)
        {
            atWork.Add(range);
        }
    }

    /// <summary>The worker has marked what it brought over and lets the range go.</summary>
    public void EndWork(ByteRange range)
    {
        lock (sync)
        {
            Invariant.Holds(atWork.Remove(range));
        }
    }

    /// <summary>Clean where marked, copying where a worker is, else dirty.</summary>
    public ResyncExtent StateAt(long offset, long length)
    {
        ByteRange unmarked = NextUnmarked(offset);
        if (unmarked.Length == 0 || unmarked.Offset > offset)
        {
            long marked = unmarked.Length == 0 ? length : unmarked.Offset - offset;
            return new ResyncExtent(ResyncState.Clean, Math.Min(length, marked));
        }

        length = Math.Min(length, unmarked.Length);
        lock (sync)
        {
            foreach (ByteRange range in atWork)
            {
                if (range.Offset <= offset && offset < range.End)
                {
                    return new ResyncExtent(ResyncState.Copying, Math.Min(length, range.End - offset));
                }

                length = range.Offset > offset ? Math.Min(length, range.Offset - offset) : length;
            }
        }

        return new ResyncExtent(ResyncState.Dirty, length);
    }

    /// <summary>The first range at or behind an offset that is not marked; length 0 at the end.</summary>
    public ByteRange NextUnmarked(long offset)
    {
        lock (sync)
        {
            long start = Math.Max(offset, frontier);
            foreach ((long from, long to) in behind)
            {
                if (from > start)
                {
                    return new ByteRange(start, from - start);
                }

                start = Math.Max(start, to);
            }

            return new ByteRange(start, Math.Max(0, VolumeLength - start));
        }
    }

    /// <summary>What a record may say now, in units of that size.</summary>
    public CopyCheckpoint Capture(long unit)
    {
        lock (sync)
        {
            var window = new List<byte>();
            foreach ((long from, long to) in behind)
            {
                long first = (from - frontier + unit - 1) / unit;
                long end = to == VolumeLength ? (to - frontier + unit - 1) / unit : (to - frontier) / unit;
                for (long bit = first; bit < end && bit < CopyCheckpoint.MaximumWindowSize * 8L; bit++)
                {
                    while (window.Count <= bit / 8)
                    {
                        window.Add(0);
                    }

                    window[(int)(bit / 8)] |= (byte)(1 << (int)(bit % 8));
                }
            }

            return new CopyCheckpoint(VolumeLength, frontier, unit, [.. window]);
        }
    }

    private void MarkOutside(ByteRange range, IReadOnlyList<ByteRange> excluded)
    {
        long start = range.Offset;
        foreach (ByteRange hole in excluded.Where(hole => hole.Overlaps(range)).OrderBy(hole => hole.Offset))
        {
            if (hole.Offset > start)
            {
                MarkCopied(new ByteRange(start, hole.Offset - start));
            }

            start = Math.Max(start, hole.End);
        }

        if (start < range.End)
        {
            MarkCopied(new ByteRange(start, range.End - start));
        }
    }
}
