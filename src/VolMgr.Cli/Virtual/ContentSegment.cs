using VolMgr.Blocks;

namespace VolMgr.Cli.Virtual;

/// <summary>The runs of 1 GiB of a LUN, in order. What no run covers is a hole.</summary>
/// <remarks>Always: runs do not overlap, and none is continued by the next one: that would be one run.</remarks>
internal sealed class ContentSegment
{
    /// <summary>Sectors of a segment.</summary>
    public const int Size = 1 << 21;

    private readonly List<ContentRun> runs = [];

    public IReadOnlyList<ContentRun> Runs => runs;

    /// <summary>The run at a sector, from there on, or null for a hole; and where that ends.</summary>
    public (ContentRun? Run, int End) At(int sector)
    {
        int index = FirstEndingBehind(sector);
        if (index == runs.Count)
        {
            return (null, Size);
        }

        ContentRun run = runs[index];
        return run.Start > sector ? (null, run.Start) : (run.From(sector), run.End);
    }

    /// <summary>Makes sectors a hole.</summary>
    public void Clear(int start, int count) => Replace(start, start + count, null);

    /// <summary>Gives sectors new content.</summary>
    public void Set(in ContentRun run) => Replace(run.Start, run.End, run);

    private void Replace(int start, int end, ContentRun? fresh)
    {
        Invariant.Holds(start < end);
        int from = FirstEndingBehind(start);
        int to = from;
        while (to < runs.Count && runs[to].Start < end)
        {
            to++;
        }

        ContentRun? left = from < to && runs[from].Start < start ? runs[from].Before(start) : null;
        ContentRun? right = from < to && runs[to - 1].End > end ? runs[to - 1].From(end) : null;
        if (fresh is { } run)
        {
            // A neighbour that is cut, or one that merely touches, may be continued by the new run or continue it.
            if (left is null && from > 0 && runs[from - 1].IsContinuedBy(run))
            {
                left = runs[--from];
            }

            if (left is { } before && before.IsContinuedBy(run))
            {
                run = before with { Count = before.Count + run.Count };
                left = null;
            }

            if (right is null && to < runs.Count && run.IsContinuedBy(runs[to]))
            {
                right = runs[to++];
            }

            if (right is { } behind && run.IsContinuedBy(behind))
            {
                run = run with { Count = run.Count + behind.Count };
                right = null;
            }

            fresh = run;
        }

        Splice(from, to, left, fresh, right);
    }

    private void Splice(int from, int to, ContentRun? left, ContentRun? fresh, ContentRun? right)
    {
        Span<ContentRun> pieces = stackalloc ContentRun[3];
        int count = 0;
        foreach (ContentRun? piece in (ReadOnlySpan<ContentRun?>)[left, fresh, right])
        {
            if (piece is { } run)
            {
                pieces[count++] = run;
            }
        }

        int kept = Math.Min(count, to - from);
        for (int index = 0; index < kept; index++)
        {
            runs[from + index] = pieces[index];
        }

        if (count > kept)
        {
            runs.InsertRange(from + kept, pieces[kept..count]);
        }
        else
        {
            runs.RemoveRange(from + kept, to - from - kept);
        }
    }

    /// <summary>Index of the first run that ends behind a sector.</summary>
    private int FirstEndingBehind(int sector)
    {
        int low = 0;
        int high = runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (runs[middle].End <= sector)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
