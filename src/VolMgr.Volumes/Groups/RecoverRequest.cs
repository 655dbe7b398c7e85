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
