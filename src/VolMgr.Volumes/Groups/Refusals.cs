using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Groups;

/// <summary>Refusals that several operations share, in the words of the field.</summary>
internal static class Refusals
{
    public static Refusal VolumeIsGone { get; } =
        new(ErrorCode.WrongUse, "The volume was removed by another command meanwhile");

    public static Refusal PlexIsGone { get; } =
        new(ErrorCode.WrongUse, "The plex was removed or changed by another command meanwhile");

    public static Refusal NoVolume(string name) =>
        new(ErrorCode.NotFound, $"Volume {name} not in the configuration", "V-5-1-926");

    public static Refusal NoPlex(string name) =>
        new(ErrorCode.NotFound, $"Plex {name} not in the configuration", "V-5-1-926");

    public static Refusal NotStarted(string name) =>
        new(ErrorCode.NotStarted, $"Volume {name} is not started", "V-5-1-1243");

    public static Refusal NotAssociated(string plex, string volume) =>
        new(ErrorCode.Dissociated, $"Plex {plex} not associated with volume {volume}", "V-5-1-388");

    public static Refusal IsLeaving(PlexRecord plex) => new(
        ErrorCode.Locked, $"Plex {plex.Name} has just left its volume and requests to it have not ended; try again");

    public static Refusal IsOpen(string volume) =>
        new(ErrorCode.InUse, $"Volume {volume} is opened; close it first", "V-5-1-1242");
}
