namespace VolMgr.Movers.Comparison;

/// <summary>What a comparison found.</summary>
/// <param name="Options">The guest and the pace.</param>
/// <param name="Runs">What each mover did, in the order of the cards.</param>
public sealed record ComparisonReport(ComparisonOptions Options, IReadOnlyList<MoverRun> Runs)
{
    /// <summary>What the arithmetic says of the same, and of a guest that writes twice as much.</summary>
    public IReadOnlyList<ArithmeticLine> Arithmetic { get; init; } = [];

    /// <summary>Where tracking does not converge any more; null unless tracking takes part.</summary>
    public Crossover? Crossover { get; init; }

    /// <summary>The movers after which acknowledged data was missing, or whose guest saw an error.</summary>
    public IReadOnlyList<MoverRun> Broken => [.. Runs.Where(run => !run.IsIntact)];

    /// <summary>Whether all acknowledged data was there after every move.</summary>
    public bool IsIntact => Broken.Count == 0;
}
