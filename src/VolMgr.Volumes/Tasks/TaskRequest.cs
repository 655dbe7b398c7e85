namespace VolMgr.Volumes.Tasks;

/// <summary>What a task is and is about.</summary>
public sealed record TaskRequest
{
    /// <summary>Type word of listings: ATCOPY, RDWRBACK, PARENT, and so on.</summary>
    public required string Type { get; init; }

    /// <summary>Operation word of listings: PLXATT, VOLSTART, VXRECOVER, and so on.</summary>
    public required string Operation { get; init; }

    /// <summary>The group; empty when none.</summary>
    public string GroupName { get; init; } = "";

    /// <summary>The volume; empty when none.</summary>
    public string VolumeName { get; init; } = "";

    /// <summary>The plex; empty when none.</summary>
    public string PlexName { get; init; } = "";

    /// <summary>The administrator's name for it; empty when none.</summary>
    public string Tag { get; init; } = "";

    /// <summary>The task that it is part of.</summary>
    public int? ParentId { get; init; }

    /// <summary>First offset in bytes; for a parent 0.</summary>
    public long Start { get; init; }

    /// <summary>End offset in bytes; for a parent the number of children.</summary>
    public long End { get; init; }

    /// <summary>Delay for each step in milliseconds.</summary>
    public int SlowMs { get; init; }
}
