namespace VolMgr.Movers.Projection;

/// <summary>What bounds the copy of a plex.</summary>
internal enum CopyBound
{
    /// <summary>What the source has to spare for reads.</summary>
    Source = 1,

    /// <summary>What the target has to spare for writes, after the application's own.</summary>
    Target = 2,

    /// <summary>The configured cap.</summary>
    Cap = 3,

    /// <summary>The copy's share of a component that copies share.</summary>
    Link = 4,
}

/// <summary>The rates around a copy, in bytes each second, taken as constant.</summary>
internal sealed record CopyRates
{
    /// <summary>Reads that the source has to spare.</summary>
    public required double Source { get; init; }

    /// <summary>Writes that the target takes.</summary>
    public required double Target { get; init; }

    /// <summary>What the application writes.</summary>
    public double Written { get; init; }

    /// <summary>The configured cap; none unless given.</summary>
    public double Cap { get; init; } = double.PositiveInfinity;

    /// <summary>What the busiest shared component carries; unbounded unless given.</summary>
    public double Link { get; init; } = double.PositiveInfinity;

    /// <summary>Copies that share it.</summary>
    public int Copies { get; init; } = 1;
}

/// <summary>How long the attach of a plex takes: one pass, with the application's writes on both sides.</summary>
/// <param name="Bytes">Bytes to copy.</param>
/// <param name="Rate">Bytes copied each second; 0 or less when nothing is to spare.</param>
/// <param name="Bound">What sets the rate.</param>
internal sealed record MirrorProjection(double Bytes, double Rate, CopyBound Bound)
{
    /// <summary>Time for the pass; null when it never ends.</summary>
    public TimeSpan? Time => Bytes == 0 ? TimeSpan.Zero : Rate > 0 ? TimeSpan.FromSeconds(Bytes / Rate) : null;

    /// <summary>Projects an attach.</summary>
    /// <param name="allocated">Bytes of the volume.</param>
    /// <param name="used">The part that holds data, of 1; less than 1 only where the copy knows it.</param>
    /// <param name="rates">The rates.</param>
    public static MirrorProjection Of(double allocated, double used, CopyRates rates)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(allocated);
        ArgumentOutOfRangeException.ThrowIfNegative(used);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(used, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rates.Copies, 1);
        (CopyBound bound, double rate) = new[]
        {
            (CopyBound.Source, rates.Source),
            (CopyBound.Target, rates.Target - rates.Written),
            (CopyBound.Cap, rates.Cap),
            (CopyBound.Link, rates.Link / rates.Copies),
        }.MinBy(each => each.Item2);
        return new MirrorProjection(allocated * used, rate, bound);
    }
}
