using VolMgr.Volumes.Configuration;
using static VolMgr.Volumes.Configuration.VolumeState;
using static VolMgr.Volumes.States.VolumeTrigger;
using Row = VolMgr.Volumes.States.StateTransition<
    VolMgr.Volumes.Configuration.VolumeState, VolMgr.Volumes.States.VolumeTrigger>;

namespace VolMgr.Volumes.States;

/// <summary>The utility state of a volume (vxvm.md 2.2). A new volume is EMPTY.</summary>
public static class VolumeStateTable
{
    /// <summary>The rows.</summary>
    public static StateTable<VolumeState, VolumeTrigger> Table { get; } = new(
        "volume state",
        new Row(Empty, InitActive, Active),
        new Row(Empty, InitClean, Clean),
        new Row(Empty, InitZero, Active),
        new Row(Empty, InitSync, Sync),
        new Row(Empty, Crash, Empty),
        new Row(Empty, Maintain, Empty),
        new Row(Empty, FixEmpty, Empty),
        new Row(Clean, Start, Active),
        new Row(Clean, StartRecovering, Sync),
        new Row(Clean, StartUnrecovered, NeedSync),
        new Row(Clean, Crash, Clean),
        new Row(Clean, Maintain, Clean),
        new Row(Clean, FixEmpty, Empty),
        new Row(Active, Start, Active),
        new Row(Active, StartRecovering, Sync),
        new Row(Active, StartUnrecovered, NeedSync),
        new Row(Active, ResyncBegin, Sync),
        new Row(Active, Stop, Clean),
        new Row(Active, Crash, Active),
        new Row(Active, Maintain, Active),
        new Row(Active, LosePlexes, Active),
        new Row(Active, FixEmpty, Empty),
        new Row(Sync, Start, Active),
        new Row(Sync, StartRecovering, Sync),
        new Row(Sync, StartUnrecovered, NeedSync),
        new Row(Sync, ResyncComplete, Active),
        new Row(Sync, ResyncFail, NeedSync),
        new Row(Sync, Stop, NeedSync),
        new Row(Sync, Crash, Sync),
        new Row(Sync, Maintain, NeedSync),
        new Row(Sync, LosePlexes, Active),
        new Row(Sync, FixEmpty, Empty),
        new Row(NeedSync, Start, Active),
        new Row(NeedSync, StartRecovering, Sync),
        new Row(NeedSync, StartUnrecovered, NeedSync),
        new Row(NeedSync, ResyncBegin, Sync),
        new Row(NeedSync, Stop, NeedSync),
        new Row(NeedSync, Crash, NeedSync),
        new Row(NeedSync, Maintain, NeedSync),
        new Row(NeedSync, LosePlexes, Active),
        new Row(NeedSync, FixEmpty, Empty));

    /// <summary>The state after the trigger, or null when it is illegal.</summary>
    public static VolumeState? Next(VolumeState state, VolumeTrigger trigger) => Table.Next(state, trigger);
}
