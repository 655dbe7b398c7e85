using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Comparing;

/// <summary>The lines about the guest.</summary>
internal static class CompareGuest
{
    /// <summary>Name, value and explanation of each.</summary>
    public static IEnumerable<(string Name, string Value, string Explanation)> Lines(ComparisonOptions options) =>
    [
        ("disk", CompareUnits.Bytes(options.Size), "on array emc0, which is to be left for array pure0"),
        ("written", CompareUnits.Rate(options.WriteRate),
            "to the disk: 16 KiB at a time, round the disk, and as many reads anywhere"),
        ("copied", CompareUnits.Rate(options.CopyRate), "at most, by every mover; the arrays carry far more"),
        ("memory", CompareUnits.Bytes(options.Memory), "what moves of a domain"),
        ("memory written", CompareUnits.Rate(options.DirtyRate), "by the guest's programs, 8 KiB at a time"),
        ("left to the end", CompareUnits.Bytes(options.DiskThreshold),
            "a 64th of the disk may be copied while the guest stands still; so of memory"),
    ];
}

/// <summary>Words about the passes of a run, and about what comes next.</summary>
internal static class ComparePasses
{
    /// <summary>Said where a run is more than 1 % from the arithmetic.</summary>
    public const string Apart = "They are more than 1 % apart: the data is small for these rates, so that single steps "
        + "and waits count; a larger size brings them together.";

    /// <summary>What a pass is.</summary>
    public static string Explain(MoverRun run, CopyPass pass) => pass switch
    {
        { IsStunned: true, Number: 1 } => "everything, while the guest stood still",
        { IsStunned: true } => "what was left, while the guest stood still",
        { Number: 1 } when run.Report.BytesMirrored > 0 =>
            $"everything once; {CompareUnits.Bytes(run.Report.BytesMirrored)} of the guest's writes went to both sides",
        { Number: 1 } => "everything once, while the guest ran",
        _ => "what the guest wrote during the pass before",
    };

    /// <summary>What to do after a run.</summary>
    public static string Next(MoverRun run) => run.Report.Result == MoveResult.Moved
        ? $"{run.Report.Next}."
        : $"it ended with: {run.Report.Reason}; {run.Report.Next}.";
}

/// <summary>The lines about the rate from which on tracking does not converge.</summary>
internal static class CompareCrossover
{
    /// <summary>What the curve is.</summary>
    public const string CurveWords = "How long the copy takes at rates below and above, on the same small disk: the "
        + "passes of tracking against the one pass of a mirror plex.";

    /// <summary>Name, value and explanation of each.</summary>
    public static IEnumerable<(string Name, string Value, string Explanation)> Lines(Crossover crossover) =>
    [
        ("found", CompareUnits.Rate(crossover.Found),
            "A guest that writes more than this is never moved by tracking. Found by whole moves of a disk of "
                + $"{CompareUnits.Bytes(crossover.Size)}: at {CompareUnits.Rate(crossover.Converging)} one came to its "
                + $"end, at {CompareUnits.Rate(crossover.NotConverging)} one did not; this is the middle."),
        ("formula", CompareUnits.Rate(crossover.Formula),
            "Written as fast as copied: the copy rate that was measured in the first pass. A pass then leaves as much "
                + "as it copied."),
        ("apart", CompareUnits.Percent(crossover.Deviation), crossover.Agrees
            ? "How far the two differ; 2 % is allowed."
            : "How far the two differ; 2 % is allowed, and it is more: the disk is small for these rates."),
    ];

    /// <summary>What a probe gave.</summary>
    public static string Words(CrossoverProbe probe) => probe.Converges
        ? $"no more than three quarters were left after {probe.Passes} {(probe.Passes == 1 ? "pass" : "passes")}, "
            + $"{CompareUnits.Seconds(probe.Copying)}: it converges"
        : $"pass {probe.Passes} left as much as it copied: it does not converge";

    /// <summary>What a point of the curve is.</summary>
    public static string Words(CurvePoint point) => point.Tracking is { } tracking
        ? $"tracking copies for {CompareUnits.Seconds(tracking)}, the mirror for {CompareUnits.Seconds(point.Mirror)}"
        : $"tracking does not end, the mirror copies for {CompareUnits.Seconds(point.Mirror)}";
}

/// <summary>The last line: whether all data was there.</summary>
internal static class CompareVerdict
{
    /// <summary>The line.</summary>
    public static string Of(ComparisonReport report) => report.IsIntact
        ? $"Result: pass (seed {report.Options.Seed}): after every move all acknowledged data was there."
        : $"Result: FAIL (seed {report.Options.Seed}): acknowledged data was missing, or operations failed, with "
            + string.Join(", ", report.Broken.Select(run => run.Card.Name)) + ".";
}
