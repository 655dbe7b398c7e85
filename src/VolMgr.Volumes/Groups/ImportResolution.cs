using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Brings the records of a group that was just imported into a state from which volumes can start: nothing is in flight,
/// no lock is held, every kernel state is DISABLED. Pure and repeatable.
/// </summary>
internal static class ImportResolution
{
    /// <summary>From this group version on, an interrupted attach is kept and its copy starts again by itself.</summary>
    public const int KeepsAttachesSince = 170;

    public static GroupConfiguration Resolve(GroupConfiguration configuration, Func<RecordId, bool> isDiskHere)
    {
        foreach (VolumeRecord volume in configuration.Volumes.Values)
        {
            configuration = configuration.With(volume.After(VolumeTrigger.Crash) with { TUtil0 = "" });
        }
        foreach (PlexRecord plex in configuration.Plexes.Values)
        {
            configuration = configuration.With(Resolve(configuration, plex, isDiskHere));
        }
        return BackOut.SweepAll(configuration);
    }

    private static PlexRecord Resolve(GroupConfiguration configuration, PlexRecord plex, Func<RecordId, bool> isDiskHere)
    {
        PlexRecord resolved = plex.After(PlexTrigger.Crash) with { TUtil0 = "" };
        if (AttachLock.IsInterruptedAttach(resolved.State) && configuration.Group.Version < KeepsAttachesSince)
        {
            return BackOut.Mark(resolved);
        }
        bool isBack = resolved.State == PlexState.NoDevice
            && configuration.SubdisksOf(plex.Id).All(subdisk => isDiskHere(subdisk.DiskId));
        return isBack ? resolved.After(PlexTrigger.ReturnDisk) : resolved;
    }
}
