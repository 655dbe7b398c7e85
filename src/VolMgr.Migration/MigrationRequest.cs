using VolMgr.Volumes.Resync;

namespace VolMgr.Migration;

/// <summary>What the administrator asked for.</summary>
public sealed record MigrationRequest
{
    /// <summary>The disk group.</summary>
    public required string DiskGroup { get; init; }

    /// <summary>The enclosure that the volumes go to.</summary>
    public required string To { get; init; }

    /// <summary>The enclosure that they leave; null: every other one that they are on.</summary>
    public string? From { get; init; }

    /// <summary>The volumes; empty: all of the group.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Stop when the new plexes are ACTIVE; finish later.</summary>
    public bool UntilMirrored { get; init; }

    /// <summary>Whether plexes are compared before the old ones go.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Start in spite of risks that are a no-go otherwise.</summary>
    public bool AcceptsRisks { get; init; }

    /// <summary>Copies at a time.</summary>
    public int Parallel { get; init; } = 2;

    /// <summary>Whom the copies favour.</summary>
    public CopyPolicy Policy { get; init; } = CopyPolicy.Application;

    /// <summary>Milliseconds of pause after each copied piece; 0 for the latency guard alone.</summary>
    public int SlowMs { get; init; }
}
