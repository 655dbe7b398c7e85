using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Comparison;

/// <summary>What the guest's application felt in a window of time.</summary>
/// <param name="Operations">Reads and writes that were due in it.</param>
/// <param name="Failures">Those of them that failed.</param>
/// <param name="P50">The time that half of them did not exceed.</param>
/// <param name="P99">The time that 99 of 100 did not exceed.</param>
/// <param name="LongestGap">The longest time in which no operation ended.</param>
public sealed record ApplicationView(long Operations, long Failures, TimeSpan P50, TimeSpan P99, TimeSpan LongestGap)
{
    /// <summary>Looks at what ended. An operation belongs to the window in which it was due, so that one that had to
    /// wait for the end of a move is part of it.</summary>
    internal static ApplicationView Of(IReadOnlyList<EndedOperation> ended, TimeSpan from, TimeSpan to)
    {
        EndedOperation[] seen = [.. ended.Where(each => each.Due >= from && each.Due < to)];
        TimeSpan[] latencies = [.. seen.Select(each => each.Latency).Order()];
        TimeSpan longest = TimeSpan.Zero;
        TimeSpan before = from;
        foreach (TimeSpan end in ended.Select(each => each.End).Where(end => end > from))
        {
            longest = before < to && end - before > longest ? end - before : longest;
            before = end;
        }

        return new ApplicationView(
            seen.Length, seen.Count(each => !each.IsGood), At(latencies, 50), At(latencies, 99), longest);
    }

    private static TimeSpan At(TimeSpan[] sorted, int percent) => sorted.Length == 0
        ? TimeSpan.Zero
        : sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
}
