namespace VolMgr.Movers.Projection;

/// <summary>How passes over changed blocks go: each copies what was written in the time of the one before.</summary>
/// <param name="Passes">Passes while the guest runs.</param>
/// <param name="Left">Bytes for the last copy, while it stands still.</param>
/// <param name="LastCopy">Time of the last copy.</param>
/// <param name="Time">Time of all copies.</param>
/// <param name="Bytes">Bytes of all copies.</param>
internal sealed record IterativeProjection(
    int Passes, double Left, TimeSpan LastCopy, TimeSpan Time, double Bytes)
{
    /// <summary>Why there is no projection for a guest that writes as fast as the copy, or faster.</summary>
    public const string DoesNotConverge = "does not converge";

    /// <summary>Projects a move; null when it does not converge.</summary>
    /// <param name="allocated">Bytes of the disk.</param>
    /// <param name="copied">Bytes copied each second.</param>
    /// <param name="dirtied">Bytes each second that were not yet written since the pass began.</param>
    /// <param name="threshold">So little left is copied while the guest stands still.</param>
    public static IterativeProjection? Of(double allocated, double copied, double dirtied, double threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(allocated);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(copied);
        ArgumentOutOfRangeException.ThrowIfNegative(dirtied);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        if (dirtied >= copied)
        {
            return null;
        }

        double ratio = dirtied / copied;
        int passes = dirtied == 0 ? 1 : PassesFor(allocated / threshold, 1 / ratio);
        double left = allocated * Math.Pow(ratio, passes);
        double bytes = allocated * (1 - Math.Pow(ratio, passes + 1)) / (1 - ratio);
        return new IterativeProjection(
            passes, left, TimeSpan.FromSeconds(left / copied), TimeSpan.FromSeconds(bytes / copied), bytes);
    }

    /// <summary>What a plan says of a projection.</summary>
    public static string Words(IterativeProjection? projection) => projection is null
        ? DoesNotConverge
        : $"{projection.Passes} passes, {projection.Time.TotalSeconds:F0} s, "
            + $"last copy {projection.LastCopy.TotalSeconds:F2} s";

    /// <summary>The least count of passes, one or more, after which no more than the threshold is left.</summary>
    private static int PassesFor(double shrink, double factor)
    {
        const double rounding = 1e-9; // so that an exact power is not taken for the next one
        return (int)Math.Max(1, Math.Ceiling((Math.Log(shrink) / Math.Log(factor)) - rounding));
    }
}
