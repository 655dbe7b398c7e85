using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Comparing;

/// <summary>A line of the table in which movers stand side by side.</summary>
/// <param name="Name">What it tells.</param>
/// <param name="Value">Of one mover.</param>
/// <param name="Explanation">What it means.</param>
internal sealed record CompareRow(string Name, Func<MoverRun, string> Value, string Explanation)
{
    /// <summary>All lines, in order.</summary>
    public static IReadOnlyList<CompareRow> All { get; } =
    [
        new("how it ended", run => Words(run.Report.Result),
            "moved: the guest runs at its new place; failed: it runs where it was, with all its data."),
        new("what moves", run => run.Card.MovesDisk ? "disk" : "memory",
            "A domain's disk stays on storage that both hosts reach, so of a domain only the memory moves: another "
                + "job than that of the first three, and less data."),
        new("data", run => CompareUnits.Bytes(run.Data), "Bytes of what moves."),
        new("time", run => CompareUnits.Seconds(run.Time),
            "From the first check until nothing was left to do. Storage vMotion has a second in it in which the "
                + "second machine starts."),
        new("passes", run => CompareUnits.Text($"{run.Report.LivePasses}"),
            "Copies while the guest ran. Each pass after the first copies what was written during the one before; "
                + "0: everything was copied while the guest stood still."),
        new("bytes moved", run => CompareUnits.Bytes(run.Report.BytesMoved),
            "What all passes copied, the one while the guest stood still too, and the guest's writes that went to "
                + "both sides."),
        new("per byte of data", run => CompareUnits.Text($"{run.MovedPerByte:F2}"),
            "Bytes moved for each byte of data. 1.00 is the least; what is more, the guest's writes have cost."),
        new("stun", run => CompareUnits.Milliseconds(run.Report.Stun),
            "How long the guest was suspended, so that nothing in it ran. 0: nobody suspended it."),
        new("p50 before", run => CompareUnits.Milliseconds(run.Before.P50),
            "Half of the application's reads and writes took no longer in the half second before the move."),
        new("p50 during", run => CompareUnits.Milliseconds(run.During.P50), "The same during the move."),
        new("p99 before", run => CompareUnits.Milliseconds(run.Before.P99),
            "99 of 100 reads and writes took no longer before the move."),
        new("p99 during", run => CompareUnits.Milliseconds(run.During.P99),
            "The same during the move. What was due while the guest stood still waited until it went on, and that "
                + "is counted."),
        new("gap before", run => CompareUnits.Milliseconds(run.Before.LongestGap),
            "The longest time in which nothing of the application ended: before the move it is the time between two "
                + "writes."),
        new("gap during", run => CompareUnits.Milliseconds(run.During.LongestGap),
            "The same during the move: what a user would call a hang."),
        new("operations", run => CompareUnits.Text($"{run.During.Operations}"),
            "Reads and writes that were due during the move; a longer move has more of them."),
        new("failed", run => CompareUnits.Text($"{run.During.Failures}"),
            "Those of them that got an error. Any number but 0 fails the comparison."),
        new("in use on emc0", run => CompareUnits.Bytes(run.InUseOnOldArray),
            "What the guest still needs of the old array after the move: 0 means that the array can be taken away."),
        new("lying on emc0", run => CompareUnits.Bytes(run.LyingOnOldArray),
            "What lies on the old array after the move, in use or not."),
        new("lost", run => CompareUnits.Text($"{run.Lost}"),
            "At the end both arrays lost their power, then everything was read back: so many places lacked what had "
                + "been acknowledged. Any number but 0 fails the comparison."),
    ];

    private static string Words(MoveResult result) => result switch
    {
        MoveResult.Moved => "moved",
        MoveResult.Refused => "refused",
        MoveResult.Failed => "failed",
        MoveResult.Cancelled => "cancelled",
    };
}
