namespace VolMgr.Volumes.Groups;

/// <summary>What becomes of a move whose copy is complete and that waits to be told.</summary>
internal enum TentativeEnd
{
    /// <summary>The new place takes over.</summary>
    Commit = 1,

    /// <summary>The old place stays; the new one goes.</summary>
    RollBack = 2,

    /// <summary>The volume stops with its host; the next import gives the new place up.</summary>
    Suspend = 3,
}

/// <summary>Which tentative moves are meant: those that fit everything that is given.</summary>
public sealed record TentativeSelection
{
    /// <summary>A subdisk that moves, or one that takes its place.</summary>
    public string? Subdisk { get; init; }

    /// <summary>A disk that is left.</summary>
    public string? Disk { get; init; }

    /// <summary>A volume, or the layered volume above it.</summary>
    public string? Volume { get; init; }

    /// <summary>The tag that the move was given.</summary>
    public string? Tag { get; init; }
}
