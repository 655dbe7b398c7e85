using VolMgr.Volumes.Resync;

namespace VolMgr.Movers.Moves;

/// <summary>How fast a move copies.</summary>
internal sealed record MovePace
{
    /// <summary>Bytes each second at most; 0: what the devices give.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Bytes of a step.</summary>
    public long IoSize { get; init; } = 256 << 10;

    /// <summary>Steps in flight at once.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>The engine's throttle for that pace: applications are not favoured, as no hypervisor's copy does it.
    /// </summary>
    public CopyThrottleOptions Throttle => new()
    {
        BandwidthLimit = BytesPerSecond,
        LatencyTarget = TimeSpan.Zero,
        Policy = CopyPolicy.FullSpeed,
    };
}
