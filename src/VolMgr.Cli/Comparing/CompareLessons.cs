using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Comparing;

/// <summary>Why the mirror wins, and when it does not, in sentences made of the numbers of a comparison.</summary>
internal static class CompareLessons
{
    /// <summary>What this comparison teaches; about movers that took part.</summary>
    public static IReadOnlyList<string> Of(ComparisonReport report)
    {
        MoverRun? mirror = Find(report, MoverKind.PlexMirror);
        MoverRun? tracking = Find(report, MoverKind.Tracking);
        MoverRun? driver = Find(report, MoverKind.MirrorDriver);
        MoverRun? warm = Find(report, MoverKind.WarmDomain);
        MoverRun? live = Find(report, MoverKind.LiveDomain);
        List<string> lessons = [];
        if (mirror is not null)
        {
            lessons.Add(Gentle(mirror, tracking ?? driver));
            lessons.Add("It can be undone longest: until the old plex is detached both sides hold everything. The "
                + "others burn the bridge in the moment in which the guest goes on at its new place.");
            lessons.Add(Price(mirror));
        }

        if (report.Crossover is { } crossover)
        {
            lessons.Add(Reach(crossover));
        }

        if (driver is not null)
        {
            lessons.Add($"The mirror driver also needs one pass only, and has to suspend the machine all the same, for "
                + $"{CompareUnits.Milliseconds(driver.Report.Stun)}: it moves the machine, not only its data.");
        }

        if (warm is not null && live is not null)
        {
            lessons.Add($"A warm migration stuns for as long as its memory takes, "
                + $"{CompareUnits.Milliseconds(warm.Report.Stun)}; a live one for the rest only, "
                + $"{CompareUnits.Milliseconds(live.Report.Stun)}.");
        }

        if (warm is not null || live is not null)
        {
            lessons.Add("The mirror does not win where the host has to be emptied and not the array: it does not move "
                + "what runs. A domain migration does, and leaves the whole disk on the old array.");
        }

        return lessons;
    }

    private static string Gentle(MoverRun mirror, MoverRun? other)
    {
        string own = $"The mirror plex suspended nobody, and the application waited "
            + $"{CompareUnits.Milliseconds(mirror.During.LongestGap)} at most";
        return other is null
            ? $"{own}."
            : $"{own}; with {other.Card.Name} it waited {CompareUnits.Milliseconds(other.During.LongestGap)}.";
    }

    private static string Price(MoverRun mirror) =>
        "It has its price: each write goes to both arrays, so that p99 was "
        + $"{CompareUnits.Milliseconds(mirror.During.P99)} in the place of "
        + $"{CompareUnits.Milliseconds(mirror.Before.P99)}, and the guest needs a volume manager and sees both arrays.";

    private static string Reach(Crossover crossover)
    {
        CurvePoint slow = crossover.Curve[0];
        CurvePoint fast = crossover.Curve.Last(point => point.Tracking is not null);
        return $"The less the guest writes, the less it matters: at {CompareUnits.Rate(slow.WriteRate)} tracking "
            + $"copies for {CompareUnits.Seconds(slow.Tracking ?? default)} and the mirror for "
            + $"{CompareUnits.Seconds(slow.Mirror)}; at {CompareUnits.Rate(fast.WriteRate)} it is "
            + $"{CompareUnits.Seconds(fast.Tracking ?? default)} and {CompareUnits.Seconds(fast.Mirror)}; from "
            + $"{CompareUnits.Rate(crossover.Found)} on tracking does not end at all.";
    }

    private static MoverRun? Find(ComparisonReport report, MoverKind kind) =>
        report.Runs.FirstOrDefault(run => run.Card.Kind == kind && run.Report.Result == MoveResult.Moved);
}
