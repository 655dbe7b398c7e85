namespace VolMgr.Volumes.Configuration;

/// <summary>The field's words for states, modes and layouts, as the database stores them: they stay when a member is
/// renamed.</summary>
internal static class StateWords
{
    /// <summary>The word of a volume kernel state.</summary>
    public static string Word(this VolumeKernelState state) => state switch
    {
        VolumeKernelState.Enabled => "ENABLED",
        VolumeKernelState.Detached => "DETACHED",
        VolumeKernelState.Disabled => "DISABLED",
    };

    /// <summary>The word of a volume state.</summary>
    public static string Word(this VolumeState state) => state switch
    {
        VolumeState.Empty => "EMPTY",
        VolumeState.Clean => "CLEAN",
        VolumeState.Active => "ACTIVE",
        VolumeState.Sync => "SYNC",
        VolumeState.NeedSync => "NEEDSYNC",
    };

    /// <summary>The word of a plex kernel state.</summary>
    public static string Word(this PlexKernelState state) => state switch
    {
        PlexKernelState.Enabled => "ENABLED",
        PlexKernelState.Detached => "DETACHED",
        PlexKernelState.Disabled => "DISABLED",
    };

    /// <summary>The word of a plex state; empty for a dissociated plex, where listings print a dash.</summary>
    public static string Word(this PlexState state) => state switch
    {
        PlexState.Empty => "EMPTY",
        PlexState.Clean => "CLEAN",
        PlexState.Active => "ACTIVE",
        PlexState.Stale => "STALE",
        PlexState.Offline => "OFFLINE",
        PlexState.Temp => "TEMP",
        PlexState.TempRm => "TEMPRM",
        PlexState.TempRmSd => "TEMPRMSD",
        PlexState.IoFail => "IOFAIL",
        PlexState.Log => "LOG",
        PlexState.None => "",
        PlexState.NoDevice => "NODEVICE",
        PlexState.Removed => "REMOVED",
        PlexState.Recover => "RECOVER",
    };

    /// <summary>The word of a plex mode.</summary>
    public static string Word(this PlexMode mode) => mode switch
    {
        PlexMode.ReadWrite => "RW",
        PlexMode.WriteOnly => "WO",
    };

    /// <summary>The word of a layout.</summary>
    public static string Word(this PlexLayout layout) => layout switch
    {
        PlexLayout.Concat => "CONCAT",
        PlexLayout.Stripe => "STRIPE",
    };

    /// <summary>The word of a read policy.</summary>
    public static string Word(this ReadPolicy policy) => policy switch
    {
        ReadPolicy.Select => "SELECT",
        ReadPolicy.Round => "ROUND",
        ReadPolicy.Prefer => "PREFER",
    };

    /// <summary>Finds the member that has this word.</summary>
    internal static bool TryFind<T>(string text, Func<T, string> word, out T value)
        where T : struct, Enum
    {
        foreach (T candidate in Enum.GetValues<T>())
        {
            if (string.Equals(word(candidate), text, StringComparison.Ordinal))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }
}
