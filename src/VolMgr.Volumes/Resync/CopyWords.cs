using VolMgr.Blocks;

namespace VolMgr.Volumes.Resync;

/// <summary>Why a copy did not come to its end, for people.</summary>
internal static class CopyWords
{
    /// <summary>Of a copy that failed.</summary>
    public static string Of(PlexCopyState state, IoStatus reason)
    {
        string what = state switch
        {
            PlexCopyState.SourceFailed => "no complete plex could be read",
            PlexCopyState.TargetFailed => "the target could not be written",
            PlexCopyState.Completed or PlexCopyState.Aborted or PlexCopyState.Suspended => "the copy was stopped",
        };
        return reason == IoStatus.Success ? what : $"{what}: {Of(reason)}";
    }

    /// <summary>Of a copy that is complete and not in use.</summary>
    public static string Of(PlexSwitchState state) => "the plex could not be switched: " + state switch
    {
        PlexSwitchState.TargetFailed => "its disk failed",
        PlexSwitchState.NotComplete => "the copy is not complete",
        PlexSwitchState.Refused => "the configuration could not be changed",
        PlexSwitchState.Switched or PlexSwitchState.Aborted => "it was aborted",
    };

    private static string Of(IoStatus reason) => reason switch
    {
        IoStatus.MediaError => "medium error",
        IoStatus.NotReachable => "the disk does not answer",
        IoStatus.NoSpace => "no space is left where its LUN comes from",
        IoStatus.Timeout => "no answer in time",
        IoStatus.ReadOnly => "the disk refuses writes",
        IoStatus.ReservationConflict => "another host has reserved the disk",
        _ => $"{reason}",
    };
}
