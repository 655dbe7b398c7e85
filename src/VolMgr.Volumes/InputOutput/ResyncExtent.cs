namespace VolMgr.Volumes.InputOutput;

/// <summary>Whether the plexes of a volume hold the same in a range, as far as the engine knows.</summary>
public enum ResyncState
{
    /// <summary>Every plex that takes part holds the same.</summary>
    Clean = 0,

    /// <summary>Plexes may differ here: a copy has not come to it, or recovery has not.</summary>
    Dirty = 1,

    /// <summary>As dirty, and a copy or a recovery holds it now to make it equal.</summary>
    Copying = 2,
}

/// <summary>A range of a volume in one state.</summary>
/// <param name="State">The state of all of it at the moment of the question.</param>
/// <param name="Length">Bytes from the asked offset on, positive and at most what was asked for. What follows may have
/// the same state.</param>
public readonly record struct ResyncExtent(ResyncState State, long Length)
{
    /// <summary>What is worse of two answers about one offset, as far as both reach.</summary>
    internal ResyncExtent Over(ResyncExtent other) =>
        new((ResyncState)Math.Max((int)State, (int)other.State), Math.Min(Length, other.Length));
}
