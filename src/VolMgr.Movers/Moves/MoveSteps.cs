namespace VolMgr.Movers.Moves;

/// <summary>Where a move can be looked at, and broken: reached once each, in order.</summary>
internal enum MoveStep
{
    /// <summary>Checked, nothing changed.</summary>
    Checked = 1,

    /// <summary>The home directory, or the frame of a domain, is at the target.</summary>
    HomeCopied = 2,

    /// <summary>The second machine or domain is there and idles.</summary>
    ShadowStarted = 3,

    /// <summary>All that can be copied while the guest runs is copied.</summary>
    Copied = 4,

    /// <summary>The guest stands still and everything is at the target, not yet recorded.</summary>
    Suspended = 5,

    /// <summary>The new place is recorded; the guest stands still.</summary>
    Recorded = 6,

    /// <summary>The guest runs at its new place; the old one still exists.</summary>
    Resumed = 7,

    /// <summary>The old place is gone.</summary>
    SourceDeleted = 8,
}

/// <summary>Takes part in a move at its steps; does nothing.</summary>
internal class MoveSteps
{
    /// <summary>A step is reached.</summary>
    public virtual ValueTask ReachedAsync(MoveStep step) => default;
}
