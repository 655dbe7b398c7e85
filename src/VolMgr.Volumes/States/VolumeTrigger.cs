namespace VolMgr.Volumes.States;

/// <summary>What can happen to a volume. One trigger moves its utility and its kernel state together.</summary>
public enum VolumeTrigger
{
    /// <summary>vxvol init active, vxassist make init=active: the contents are declared good as they are.</summary>
    InitActive = 1,

    /// <summary>vxvol init clean: one plex is declared good; the volume stays stopped.</summary>
    InitClean = 2,

    /// <summary>vxvol init zero, after the zeroes were written.</summary>
    InitZero = 3,

    /// <summary>vxassist make of a mirrored volume: enabled at once, the plexes are made equal in the
    /// background.</summary>
    InitSync = 4,

    /// <summary>vxvol start where nothing needs recovery: clean, or one usable plex only.</summary>
    Start = 5,

    /// <summary>vxvol start of a mirrored volume that was in use when the host went down.</summary>
    StartRecovering = 6,

    /// <summary>vxrecover -sn: start and leave the recovery for later.</summary>
    StartUnrecovered = 7,

    /// <summary>vxvol resync, vxrecover: read-writeback begins on a started volume.</summary>
    ResyncBegin = 8,

    /// <summary>Read-writeback reached the end.</summary>
    ResyncComplete = 9,

    /// <summary>Read-writeback was aborted or failed.</summary>
    ResyncFail = 10,

    /// <summary>vxvol stop.</summary>
    Stop = 11,

    /// <summary>The host went down, or the group is imported: nothing is open any more.</summary>
    Crash = 12,

    /// <summary>vxvol maint: plex operations only.</summary>
    Maintain = 13,

    /// <summary>The last usable plex was given up by force.</summary>
    LosePlexes = 14,

    /// <summary>vxmend fix empty.</summary>
    FixEmpty = 15,
}
