using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.States;

/// <summary>The words of listings for the states: upper case as the field knows them; a dissociated plex prints a
/// dash.</summary>
public static class StateNames
{
    /// <summary>The listing's word for any state of the tables.</summary>
    public static string Text<TState>(TState state)
        where TState : struct, Enum =>
        state is PlexState.None ? "-" : state.ToString().ToUpperInvariant();

    /// <summary>The plex state that a listing's word means, or null.</summary>
    public static PlexState? ParsePlexState(string text) => Parse<PlexState>(text);

    /// <summary>The volume state that a listing's word means, or null.</summary>
    public static VolumeState? ParseVolumeState(string text) => Parse<VolumeState>(text);

    /// <summary>The plex kernel state that a listing's word means, or null.</summary>
    public static PlexKernelState? ParsePlexKernelState(string text) => Parse<PlexKernelState>(text);

    /// <summary>The volume kernel state that a listing's word means, or null.</summary>
    public static VolumeKernelState? ParseVolumeKernelState(string text) => Parse<VolumeKernelState>(text);

    private static TState? Parse<TState>(string text)
        where TState : struct, Enum
    {
        foreach (TState state in Enum.GetValues<TState>())
        {
            if (string.Equals(Text(state), text, StringComparison.Ordinal))
            {
                return state;
            }
        }

        return null;
    }
}
