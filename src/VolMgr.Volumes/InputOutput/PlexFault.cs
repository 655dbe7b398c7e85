using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// That a plex has missed something. Takes effect at once, in every plex set that names the plex; becomes durable a
/// little later, and no write that the plex missed is acknowledged before.
/// </summary>
internal sealed class PlexFault(IoStatus reason)
{
    private readonly TaskCompletionSource<bool> recorded =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the plex answered.</summary>
    public IoStatus Reason { get; } = reason;

    /// <summary>Ends when the attempt to record it has ended: whether it is durable.</summary>
    public Task<bool> Recorded => recorded.Task;

    /// <summary>Whether an attempt has failed; the next request that depends on it tries again.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The attempt has ended.</summary>
    public void Settle(bool isDurable)
    {
        IsLost = !isDurable;
        recorded.TrySetResult(isDurable);
    }
}
