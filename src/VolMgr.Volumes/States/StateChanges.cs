using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.States;

/// <summary>
/// Applies a trigger to a record: both of its states move together or not at all. These are the only ways in which a
/// state of a record changes after its creation.
/// </summary>
public static class StateChanges
{
    /// <summary>Whether the trigger is legal in both states of the volume.</summary>
    public static bool Allows(this VolumeRecord volume, VolumeTrigger trigger) =>
        VolumeStateTable.Table.Allows(volume.State, trigger)
        && VolumeKernelStateTable.Table.Allows(volume.KernelState, trigger);

    /// <summary>The volume after the trigger.</summary>
    /// <exception cref="Blocks.InvariantViolationException">The trigger is illegal; ask <c>Allows</c> first where a
    /// user decides.</exception>
    public static VolumeRecord After(this VolumeRecord volume, VolumeTrigger trigger) => volume with
    {
        State = VolumeStateTable.Table.Require(volume.State, trigger),
        KernelState = VolumeKernelStateTable.Table.Require(volume.KernelState, trigger),
    };

    /// <summary>Whether the trigger is legal in both states of the plex.</summary>
    public static bool Allows(this PlexRecord plex, PlexTrigger trigger) =>
        PlexStateTable.Table.Allows(plex.State, trigger)
        && PlexKernelStateTable.Table.Allows(plex.KernelState, trigger);

    /// <summary>The plex after the trigger; its mode follows: write-only from the begin of an attach to its
    /// end.</summary>
    /// <exception cref="Blocks.InvariantViolationException">The trigger is illegal.</exception>
    public static PlexRecord After(this PlexRecord plex, PlexTrigger trigger) => plex with
    {
        State = PlexStateTable.Table.Require(plex.State, trigger),
        KernelState = PlexKernelStateTable.Table.Require(plex.KernelState, trigger),
        Mode = IsAttaching(trigger) ? PlexMode.WriteOnly : PlexMode.ReadWrite,
        DetachMap = StaysStale(plex, trigger) ? plex.DetachMap : null,
    };

    /// <summary>A map of changes says something of a plex only from its detaching to the end of its attach, and
    /// nothing of what an administrator declares out of date.</summary>
    private static bool StaysStale(PlexRecord plex, PlexTrigger trigger) =>
        trigger != PlexTrigger.FixStale && plex.State == PlexState.Stale
        && PlexStateTable.Table.Require(plex.State, trigger) == PlexState.Stale;

    private static bool IsAttaching(PlexTrigger trigger) => trigger
        is PlexTrigger.AssociateTemp or PlexTrigger.AssociateTempRm or PlexTrigger.AssociateTempRmSd
        or PlexTrigger.AttachBegin;
}
