using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>A range of bytes of a volume.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>The first byte behind the range.</summary>
    public long End => Offset + Length;

    /// <summary>Whether the two share a byte.</summary>
    public bool Overlaps(ByteRange other) => Offset < other.End && other.Offset < End;

    /// <summary>Whether it begins and ends between units.</summary>
    public bool IsAligned(long unit) => (Offset | Length) % unit == 0;

    /// <summary>The smallest range of whole units that holds this one.</summary>
    public ByteRange RoundOut(long unit)
    {
        long start = Offset / unit * unit;
        long end = (End + unit - 1) / unit * unit;
        return new ByteRange(start, end - start);
    }

    /// <summary>Asserts that the range begins at an offset that exists and ends at one that can be told.</summary>
    public static void CheckBytes(long offset, long length)
    {
        Invariant.Holds(offset >= 0);
        Invariant.Holds(length >= 0);
        Invariant.Holds(length <= long.MaxValue - 512 - offset);
    }

    /// <summary>The same, aligned to 512 bytes.</summary>
    public static void CheckSectors(long offset, long length)
    {
        CheckBytes(offset, length);
        Invariant.Holds(offset % 512 == 0);
        Invariant.Holds(length % 512 == 0);
    }

    /// <summary>Asserts that the range is aligned to 512 bytes and lies inside a device of that length.</summary>
    public static void CheckBounds(long offset, long length, long deviceLength)
    {
        CheckSectors(offset, length);
        Invariant.Holds(length <= deviceLength - offset);
    }
}
