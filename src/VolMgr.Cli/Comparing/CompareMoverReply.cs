using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Comparing;

/// <summary>What one mover did, for a program.</summary>
internal sealed record CompareMoverReply(string Name, string Title, string Idea)
{
    public required string Result { get; init; }

    public required string Reason { get; init; }

    public required string Next { get; init; }

    public required string Moves { get; init; }

    public required long DataBytes { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<ComparePhaseReply> Phases { get; init; }

    public required IReadOnlyList<ComparePassReply> Passes { get; init; }

    public required int PassesWhileRunning { get; init; }

    public required long BytesMoved { get; init; }

    public required long BytesMirrored { get; init; }

    public required double BytesMovedPerByte { get; init; }

    public required double StunMs { get; init; }

    public required CompareLatencyReply Before { get; init; }

    public required CompareLatencyReply During { get; init; }

    public required long InUseOnOldArrayBytes { get; init; }

    public required long LyingOnOldArrayBytes { get; init; }

    public required string LeftOnOldArray { get; init; }

    public required long LostPlaces { get; init; }

    public static CompareMoverReply Of(MoverRun run) => new(run.Card.Name, run.Card.Title, run.Card.Idea)
    {
        Result = CompareRow.All[0].Value(run),
        Reason = run.Report.Reason,
        Next = run.Report.Next,
        Moves = run.Card.MovesDisk ? "disk" : "memory",
        DataBytes = run.Data,
        Seconds = run.Time.TotalSeconds,
        Phases = [.. run.Report.Phases.Select(ComparePhaseReply.Of)],
        Passes = [.. run.Report.Passes.Select(pass => new ComparePassReply(
            pass.Number, pass.Bytes, pass.Took.TotalSeconds, pass.IsStunned))],
        PassesWhileRunning = run.Report.LivePasses,
        BytesMoved = run.Report.BytesMoved,
        BytesMirrored = run.Report.BytesMirrored,
        BytesMovedPerByte = run.MovedPerByte,
        StunMs = run.Report.Stun.TotalMilliseconds,
        Before = CompareLatencyReply.Of(run.Before),
        During = CompareLatencyReply.Of(run.During),
        InUseOnOldArrayBytes = run.InUseOnOldArray,
        LyingOnOldArrayBytes = run.LyingOnOldArray,
        LeftOnOldArray = run.LeftWords,
        LostPlaces = run.Lost,
    };
}

/// <summary>A phase on the time line.</summary>
internal sealed record ComparePhaseReply(
    string Name, double BeginSeconds, double EndSeconds, string Detail, string What, string Undo)
{
    public static ComparePhaseReply Of(MovePhase phase)
    {
        var words = PhaseWords.Of(phase.Name);
        return new ComparePhaseReply(
            phase.Name, phase.Begin.TotalSeconds, (phase.Begin + phase.Took).TotalSeconds, phase.Detail, words.What,
            words.Undo);
    }
}

/// <summary>A pass over the data.</summary>
internal sealed record ComparePassReply(int Number, long Bytes, double Seconds, bool IsStunned);

/// <summary>What the application felt.</summary>
internal sealed record CompareLatencyReply(
    long Operations, long Failures, double P50Us, double P99Us, double LongestGapMs)
{
    public static CompareLatencyReply Of(ApplicationView view) => new(
        view.Operations, view.Failures, view.P50.TotalMicroseconds, view.P99.TotalMicroseconds,
        view.LongestGap.TotalMilliseconds);
}
