using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// What becomes of a plex whose attach did not complete (vxvm.md 2.3): TEMPRMSD removes plex and subdisks, TEMPRM the
/// plex, TEMP dissociates it, anything else returns to STALE. Pure.
/// </summary>
/// <remarks>
/// It happens in two commits where the plex may still have I/O in flight: first the plex is dissociated, and so
/// excluded from the volume durably, with its kind kept in putil0; its space is freed only after everything that could
/// still write to it has drained. A crash between the two leaves a marked plex, which import sweeps.
/// </remarks>
internal static class BackOut
{
    private const string RemovePlex = "TEMPRM";
    private const string RemovePlexAndSubdisks = "TEMPRMSD";

    /// <summary>First step: out of the volume, or back to STALE. Frees nothing.</summary>
    public static PlexRecord Mark(PlexRecord plex) => plex.State switch
    {
        PlexState.TempRmSd => Leave(plex) with { PUtil0 = RemovePlexAndSubdisks },
        PlexState.TempRm => Leave(plex) with { PUtil0 = RemovePlex },
        PlexState.Temp => Leave(plex),
        _ => plex.Allows(PlexTrigger.AttachFail) ? plex.After(PlexTrigger.AttachFail) with { TUtil0 = "" } : plex,
    };

    /// <summary>Second step, after the drain: removes what the mark says.</summary>
    public static GroupConfiguration Sweep(GroupConfiguration configuration, RecordId plexId)
    {
        if (!configuration.Plexes.TryGetValue(plexId, out PlexRecord? plex) || plex.VolumeId is not null)
        {
            return configuration;
        }
        return plex.PUtil0 switch
        {
            RemovePlexAndSubdisks => Remove(configuration, plex, true),
            RemovePlex => Remove(configuration, plex, false),
            _ => configuration,
        };
    }

    /// <summary>Sweeps every marked plex; for import, when nothing is in flight.</summary>
    public static GroupConfiguration SweepAll(GroupConfiguration configuration) =>
        configuration.Plexes.Keys.Aggregate(configuration, Sweep);

    private static PlexRecord Leave(PlexRecord plex) =>
        plex.After(PlexTrigger.Dissociate) with { VolumeId = null, TUtil0 = "" };

    private static GroupConfiguration Remove(GroupConfiguration configuration, PlexRecord plex, bool removesSubdisks)
    {
        foreach (SubdiskRecord subdisk in configuration.SubdisksOf(plex.Id))
        {
            configuration = removesSubdisks
                ? configuration.Without(subdisk.Id)
                : configuration.With(subdisk with { PlexId = null, PlexOffset = 0, Column = 0 });
        }
        return configuration.Without(plex.Id);
    }
}
