namespace VolMgr.Movers.Projection;

/// <summary>What a resynchronisation by a map of regions has to copy.</summary>
internal static class ResyncProjection
{
    /// <summary>Distinct regions that uniform random writes touch: N (1 - e^(-w/N)).</summary>
    public static double Regions(double regions, double writes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(regions);
        ArgumentOutOfRangeException.ThrowIfNegative(writes);
        return regions * (1 - Math.Exp(-writes / regions));
    }

    /// <summary>Bytes of those regions.</summary>
    public static double Bytes(double regions, double writes, long regionSize) => Regions(regions, writes) * regionSize;
}
