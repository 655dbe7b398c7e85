namespace VolMgr.Movers.Moves;

/// <summary>How a move ended.</summary>
public enum MoveResult
{
    /// <summary>What was to move is at its new place.</summary>
    Moved = 1,

    /// <summary>It was not begun; nothing was changed.</summary>
    Refused = 2,

    /// <summary>It failed; everything runs where it was.</summary>
    Failed = 3,

    /// <summary>It was cancelled; everything runs where it was.</summary>
    Cancelled = 4,
}

/// <summary>A phase of a move on its time line.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Begin">From when on, since the move began.</param>
/// <param name="Took">How long.</param>
/// <param name="Detail">In numbers.</param>
public sealed record MovePhase(string Name, TimeSpan Begin, TimeSpan Took, string Detail);

/// <summary>What a move did.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Reason">Why, where it did not end well.</param>
/// <param name="Next">What to do now.</param>
public sealed record MoveReport(MoveResult Result, string Reason, string Next)
{
    /// <summary>The phases in order.</summary>
    public IReadOnlyList<MovePhase> Phases { get; init; } = [];

    /// <summary>The passes over data, or over memory, in order.</summary>
    public IReadOnlyList<CopyPass> Passes { get; init; } = [];

    /// <summary>How long the guest stood still.</summary>
    public TimeSpan Stun { get; init; }

    /// <summary>Bytes that the guest's writes put on the second side.</summary>
    public long BytesMirrored { get; init; }

    /// <summary>Passes while the guest ran.</summary>
    public int LivePasses => Passes.Count(pass => !pass.IsStunned);

    /// <summary>Bytes that went to the second side.</summary>
    public long BytesMoved => Passes.Sum(pass => pass.Bytes) + BytesMirrored;
}

/// <summary>Keeps the time line of a move.</summary>
internal sealed class MoveClock(TimeProvider time)
{
    private readonly long origin = time.GetTimestamp();
    private readonly List<MovePhase> phases = [];
    private TimeSpan began;

    /// <summary>Since the move began.</summary>
    public TimeSpan Now => time.GetElapsedTime(origin);

    /// <summary>The phases so far.</summary>
    public IReadOnlyList<MovePhase> Phases => phases;

    /// <summary>The phase that began when the last one ended is over.</summary>
    public void End(string name, string detail)
    {
        TimeSpan now = Now;
        phases.Add(new MovePhase(name, began, now - began, detail));
        began = now;
    }
}
