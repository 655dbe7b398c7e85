using VolMgr.Volumes.Configuration;
using static VolMgr.Volumes.Configuration.VolumeKernelState;
using static VolMgr.Volumes.States.VolumeTrigger;
using Row = VolMgr.Volumes.States.StateTransition<
    VolMgr.Volumes.Configuration.VolumeKernelState, VolMgr.Volumes.States.VolumeTrigger>;

namespace VolMgr.Volumes.States;

/// <summary>The kernel state of a volume (vxvm.md 2.1). A new volume is DISABLED.</summary>
public static class VolumeKernelStateTable
{
    /// <summary>The rows.</summary>
    public static StateTable<VolumeKernelState, VolumeTrigger> Table { get; } = new(
        "volume kernel state",
        new Row(Disabled, InitActive, Enabled),
        new Row(Disabled, InitClean, Disabled),
        new Row(Disabled, InitZero, Enabled),
        new Row(Disabled, InitSync, Enabled),
        new Row(Disabled, Start, Enabled),
        new Row(Disabled, StartRecovering, Enabled),
        new Row(Disabled, StartUnrecovered, Enabled),
        new Row(Disabled, Crash, Disabled),
        new Row(Disabled, Maintain, Detached),
        new Row(Disabled, FixEmpty, Disabled),
        new Row(Detached, Start, Enabled),
        new Row(Detached, StartRecovering, Enabled),
        new Row(Detached, StartUnrecovered, Enabled),
        new Row(Detached, Stop, Disabled),
        new Row(Detached, Crash, Disabled),
        new Row(Detached, Maintain, Detached),
        new Row(Enabled, ResyncBegin, Enabled),
        new Row(Enabled, ResyncComplete, Enabled),
        new Row(Enabled, ResyncFail, Enabled),
        new Row(Enabled, Stop, Disabled),
        new Row(Enabled, Crash, Disabled),
        new Row(Enabled, Maintain, Detached),
        new Row(Enabled, LosePlexes, Disabled));

    /// <summary>The state after the trigger, or null when it is illegal.</summary>
    public static VolumeKernelState? Next(VolumeKernelState state, VolumeTrigger trigger) => Table.Next(state, trigger);
}
