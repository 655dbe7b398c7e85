namespace VolMgr.Movers.Comparison;

/// <summary>One guest and one pace, for all movers that are compared. Sizes in bytes, rates in bytes a second.
/// </summary>
public sealed record ComparisonOptions
{
    private const long Mebi = 1 << 20;

    /// <summary>Bytes of a write and of a read of the guest.</summary>
    public const int WriteSize = 16 << 10;

    /// <summary>Bytes that a program in the guest writes to memory at once.</summary>
    public const int PageSize = 8 << 10;

    /// <summary>What each simulated array carries each second.</summary>
    public const long ArrayRate = 400 * Mebi;

    /// <summary>The part of what moves that may be left for the time in which the guest stands still.</summary>
    public const int ThresholdShare = 64;

    /// <summary>Everything that is left to chance follows from it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Bytes of the guest's disk.</summary>
    public long Size { get; init; } = 64 * Mebi;

    /// <summary>What the guest writes to its disk.</summary>
    public long WriteRate { get; init; } = 3 * Mebi;

    /// <summary>What a copy may take.</summary>
    public long CopyRate { get; init; } = 10 * Mebi;

    /// <summary>Bytes of the guest's memory.</summary>
    public long Memory { get; init; } = 32 * Mebi;

    /// <summary>What the guest writes to its memory.</summary>
    public long DirtyRate { get; init; } = 3 * Mebi;

    /// <summary>Who takes part.</summary>
    public IReadOnlyList<MoverKind> Movers { get; init; } = [.. MoverCard.All.Select(card => card.Kind)];

    /// <summary>So little of the disk is left for the time in which the guest stands still.</summary>
    public long DiskThreshold => Size / ThresholdShare;

    /// <summary>So little of the memory is left for that.</summary>
    public long MemoryThreshold => Memory / ThresholdShare;

    /// <summary>The same with a guest that writes twice as much.</summary>
    public ComparisonOptions Twice() => this with { WriteRate = 2 * WriteRate, DirtyRate = 2 * DirtyRate };
}
