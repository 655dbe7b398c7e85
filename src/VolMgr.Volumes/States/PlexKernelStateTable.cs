using VolMgr.Volumes.Configuration;
using static VolMgr.Volumes.Configuration.PlexKernelState;
using static VolMgr.Volumes.States.PlexTrigger;
using Row = VolMgr.Volumes.States.StateTransition<
    VolMgr.Volumes.Configuration.PlexKernelState, VolMgr.Volumes.States.PlexTrigger>;

namespace VolMgr.Volumes.States;

/// <summary>The kernel state of a plex (vxvm.md 2.4). A new plex is DISABLED.</summary>
public static class PlexKernelStateTable
{
    /// <summary>The rows.</summary>
    public static StateTable<PlexKernelState, PlexTrigger> Table { get; } = new(
        "plex kernel state",
        new Row(Disabled, AssociateEmpty, Disabled),
        new Row(Disabled, AssociateStale, Disabled),
        new Row(Disabled, AssociateLog, Disabled),
        new Row(Disabled, InitClean, Disabled),
        new Row(Disabled, InitStale, Disabled),
        new Row(Disabled, Crash, Disabled),
        new Row(Disabled, FixStale, Disabled),
        new Row(Disabled, FixClean, Disabled),
        new Row(Disabled, FixActive, Disabled),
        new Row(Disabled, FixEmpty, Disabled),
        new Row(Disabled, MendOff, Disabled),
        new Row(Disabled, MendOn, Disabled),
        new Row(Disabled, RemoveDisk, Disabled),
        new Row(Disabled, LoseDisk, Disabled),
        new Row(Disabled, ReturnDisk, Disabled),
        new Row(Disabled, ReplaceDisk, Disabled),
        new Row(Disabled, Stop, Disabled),
        new Row(Disabled, Dissociate, Disabled),
        new Row(Disabled, AssociateTemp, Enabled),
        new Row(Disabled, AssociateTempRm, Enabled),
        new Row(Disabled, AssociateTempRmSd, Enabled),
        new Row(Disabled, InitActive, Enabled),
        new Row(Disabled, Start, Enabled),
        new Row(Disabled, AttachBegin, Enabled),
        new Row(Disabled, StartApart, Detached),
        new Row(Detached, Stop, Disabled),
        new Row(Detached, Crash, Disabled),
        new Row(Detached, AttachBegin, Enabled),
        new Row(Detached, Dissociate, Disabled),
        new Row(Detached, MendOff, Detached),
        new Row(Detached, MendOn, Detached),
        new Row(Detached, LoseDisk, Detached),
        new Row(Detached, RemoveDisk, Detached),
        new Row(Detached, ReturnDisk, Detached),
        new Row(Detached, ReplaceDisk, Detached),
        new Row(Detached, StartApart, Detached),
        new Row(Detached, Start, Enabled),
        new Row(Enabled, Stop, Disabled),
        new Row(Enabled, Crash, Disabled),
        new Row(Enabled, AttachComplete, Enabled),
        new Row(Enabled, AttachFail, Detached),
        new Row(Enabled, Detach, Detached),
        new Row(Enabled, FailIo, Detached),
        new Row(Enabled, Dissociate, Disabled),
        new Row(Enabled, MendOff, Detached),
        new Row(Enabled, LoseDisk, Detached),
        new Row(Enabled, RemoveDisk, Detached));

    /// <summary>The state after the trigger, or null when it is illegal.</summary>
    public static PlexKernelState? Next(PlexKernelState state, PlexTrigger trigger) => Table.Next(state, trigger);
}
