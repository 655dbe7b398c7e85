namespace VolMgr.Volumes.Groups;

/// <summary>What <c>vxrecover</c> is asked to do.</summary>
public sealed record RecoverRequest
{
    /// <summary>The volumes; empty for all of the group.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Start volumes that are stopped (<c>-s</c>).</summary>
    public bool StartsVolumes { get; init; }

    /// <summary>Only start, recover nothing (<c>-n</c>).</summary>
    public bool LeavesUnrecovered { get; init; }

    /// <summary>How copies run.</summary>
    public CopyOptions Copy { get; init; } = new();
}

/// <summary>The end of an online comparison of a volume's plexes.</summary>
/// <param name="Length">Bytes of the volume.</param>
/// <param name="PlexCount">Plexes that were compared.</param>
/// <param name="Differences">Ranges that differ, the first of many.</param>
public sealed record VerifyResult(long Length, int PlexCount, IReadOnlyList<VerifyDifference> Differences)
{
    /// <summary>Whether all plexes are equal.</summary>
    public bool IsEqual => Differences.Count == 0;
}

/// <summary>A range in which a plex differs from another one.</summary>
/// <param name="Plex">Name of the plex.</param>
/// <param name="Other">Name of the plex that it was compared with.</param>
/// <param name="Offset">Byte offset in the volume.</param>
/// <param name="Length">Bytes.</param>
public sealed record VerifyDifference(string Plex, string Other, long Offset, long Length);
