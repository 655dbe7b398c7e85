using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Brings the records of a group that was just imported into a state from which volumes can start: nothing is in
/// flight, no lock is held, every kernel state is DISABLED, plexes whose disks came back are RECOVER, and what an older
/// group version does not keep is backed out. Pure and repeatable.
/// </summary>
internal static class ImportResolution
{
    public static GroupConfiguration Resolve(GroupConfiguration configuration, Func<RecordId, bool> isDiskHere)
    {
        configuration = VolumeOperations.AfterImport(configuration);
        foreach (RecordId disk in configuration.Disks.Keys.Where(isDiskHere))
        {
            configuration = DiskReturn.Apply(configuration, disk, isDiskHere);
        }
        if (configuration.Group.Version < VolumeOperations.AttachSurvivesCrashVersion)
        {
            foreach (PlexRecord plex in configuration.Plexes.Values.Where(AttachLock.IsInterrupted))
            {
                configuration = configuration.With(BackOut.Mark(plex));
            }
        }
        foreach (PlexRecord mover in configuration.Plexes.Values.Where(
            plex => plex is { MovesInto: not null, VolumeId: not null }))
        {
            configuration = configuration.With(BackOut.Mark(mover)); // nothing tells how far a move was
        }
        return BackOut.SweepAll(configuration);
    }
}
