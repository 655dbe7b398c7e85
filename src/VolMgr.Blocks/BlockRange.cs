namespace VolMgr.Blocks;

/// <summary>
/// The boundary check of <see cref="IBlockDevice"/>: every implementation calls it before it does anything.
/// </summary>
public static class BlockRange
{
    /// <summary>The logical sector: the unit of addressing, of atomicity and of alignment.</summary>
    public const int SectorSize = 512;

    /// <summary>
    /// Throws <see cref="InvariantViolationException"/> unless the range is aligned and inside the device.
    /// </summary>
    public static void Check(long deviceLength, long offset, long length)
    {
        Invariant.Holds(((offset | length) & (SectorSize - 1)) == 0);
        Invariant.Holds(offset >= 0);
        Invariant.Holds(length >= 0);
        Invariant.Holds(offset <= deviceLength);
        Invariant.Holds(length <= deviceLength - offset);
    }

    /// <summary>As <see cref="Check"/>, and the range is not empty.</summary>
    public static void CheckNotEmpty(long deviceLength, long offset, long length)
    {
        Check(deviceLength, offset, length);
        Invariant.Holds(length > 0);
    }

    /// <summary>Throws unless <paramref name="length"/> can be the size of a device.</summary>
    public static void CheckDeviceLength(long length)
    {
        Invariant.Holds(length >= 0);
        Invariant.Holds((length & (SectorSize - 1)) == 0);
    }
}
