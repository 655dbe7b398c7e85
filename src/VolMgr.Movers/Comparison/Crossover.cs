namespace VolMgr.Movers.Comparison;

/// <summary>A move by tracking at one rate of writes.</summary>
/// <param name="WriteRate">What the guest wrote, bytes a second.</param>
/// <param name="Converges">Whether the move came to its end.</param>
/// <param name="Passes">Passes until then, or until it was given up.</param>
/// <param name="Copying">Time of the passes.</param>
public sealed record CrossoverProbe(long WriteRate, bool Converges, int Passes, TimeSpan Copying);

/// <summary>How long moves take at one rate of writes.</summary>
/// <param name="WriteRate">What the guest wrote, bytes a second.</param>
/// <param name="Tracking">Time of all passes of tracking; null when it did not converge.</param>
/// <param name="Mirror">Time of the one pass of a mirror plex.</param>
public sealed record CurvePoint(long WriteRate, TimeSpan? Tracking, TimeSpan Mirror);

/// <summary>The rate of writes from which on tracking does not converge any more, found by trying.</summary>
/// <param name="Converging">The highest rate at which a move came to its end.</param>
/// <param name="NotConverging">The lowest rate at which it did not.</param>
/// <param name="CopyRate">The copy rate that was measured in the first pass of the first probe.</param>
/// <param name="Size">Bytes of the disk that was moved for it.</param>
public sealed record Crossover(long Converging, long NotConverging, double CopyRate, long Size)
{
    /// <summary>So far from the formula it may be.</summary>
    public const double Tolerance = 0.02;

    /// <summary>The moves that found it, in order.</summary>
    public IReadOnlyList<CrossoverProbe> Probes { get; init; } = [];

    /// <summary>Times over rates.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>The middle between the two.</summary>
    public long Found => (Converging + NotConverging) / 2;

    /// <summary>What the formula says: written as fast as copied.</summary>
    public double Formula => CopyRate;

    /// <summary>How far the two are apart, of 1.</summary>
    public double Deviation => Math.Abs(Found - Formula) / Formula;

    /// <summary>Whether they are the same within the tolerance.</summary>
    public bool Agrees => Deviation <= Tolerance;
}
