namespace VolMgr.Simulation;

/// <summary>What a disk does while it says that all is well.</summary>
public enum DiskLieKind
{
    /// <summary>A write is acknowledged and nothing of it is stored.</summary>
    LostWrite = 1,

    /// <summary>A write is acknowledged and only its first sectors are stored.</summary>
    TornWrite = 2,

    /// <summary>A write is stored at another place of the lie's range.</summary>
    MisdirectedWrite = 3,

    /// <summary>A write is acknowledged, and stored only after a later one, or at the next flush.</summary>
    ReorderedWrite = 4,

    /// <summary>A read returns its bytes with one of them changed.</summary>
    CorruptRead = 5,

    /// <summary>A flush is acknowledged and leaves everything in the volatile cache.</summary>
    IgnoredFlush = 6,
}

/// <summary>One way in which a disk lies. No engine without checksums can notice; an oracle has to.</summary>
public sealed record DiskLie
{
    /// <summary>What it does.</summary>
    public required DiskLieKind Kind { get; init; }

    /// <summary>Start of the byte range of operations that it may strike. A flush has no range and matches any.
    /// </summary>
    public long Offset { get; init; }

    /// <summary>Length of that range.</summary>
    public long Length { get; init; } = long.MaxValue;

    /// <summary>Probability that a matching operation is struck.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>How many operations it strikes at most.</summary>
    public long Limit { get; init; } = long.MaxValue;

    internal bool IsAboutFlush => Kind == DiskLieKind.IgnoredFlush;

    internal bool IsAboutRead => Kind == DiskLieKind.CorruptRead;

    internal bool Touches(long offset, long length) =>
        offset + length > Offset && (Length == long.MaxValue || offset < Offset + Length);
}
