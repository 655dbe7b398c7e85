using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.States;

/// <summary>Questions about a plex whose answer is its two states and its mode.</summary>
public static class PlexQueries
{
    /// <summary>An application may read it: ENABLED, ACTIVE, read-write.</summary>
    public static bool IsReadable(this PlexRecord plex) =>
        plex.IsWritable() && plex is { State: PlexState.Active, Mode: PlexMode.ReadWrite };

    /// <summary>It takes every write: readable, or being attached.</summary>
    public static bool IsWritable(this PlexRecord plex) =>
        plex is { IsLog: false, KernelState: PlexKernelState.Enabled };

    /// <summary>A copy onto it is running.</summary>
    public static bool IsAttaching(this PlexRecord plex) =>
        plex is { IsLog: false, KernelState: PlexKernelState.Enabled, Mode: PlexMode.WriteOnly };

    /// <summary>Its contents are trusted: CLEAN or ACTIVE.</summary>
    public static bool IsTrusted(this PlexRecord plex) =>
        plex is { IsLog: false, State: PlexState.Clean or PlexState.Active };

    /// <summary>An operation on it has begun and not ended: TEMP, TEMPRM, TEMPRMSD.</summary>
    public static bool IsTemporary(this PlexRecord plex) =>
        plex.State is PlexState.Temp or PlexState.TempRm or PlexState.TempRmSd;

    /// <summary>Its contents are not the volume's yet: temporary, or stale.</summary>
    internal static bool IsIncomplete(PlexRecord plex) => plex.IsTemporary() || plex.State == PlexState.Stale;

    /// <summary>Whether the state goes with kernel state ENABLED.</summary>
    internal static bool MayBeEnabled(PlexRecord plex) =>
        plex.State is PlexState.Active or PlexState.Log || IsIncomplete(plex);

    /// <summary>Whether its map must cover the volume: trusted, or on the way to it.</summary>
    internal static bool MustCover(PlexRecord plex) => plex.IsTrusted() || plex.IsTemporary();
}
