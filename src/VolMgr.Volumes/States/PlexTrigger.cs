namespace VolMgr.Volumes.States;

/// <summary>What can happen to a plex. One trigger moves its utility and its kernel state together.</summary>
public enum PlexTrigger
{
    /// <summary>It becomes a plex of a volume that has no contents yet (vxmake vol, vxassist make).</summary>
    AssociateEmpty = 1,

    /// <summary>It becomes a plex of a volume that is not started (vxplex att): copied later.</summary>
    AssociateStale = 2,

    /// <summary>vxplex att of a dissociated plex to a started volume: dissociated again if the copy fails.</summary>
    AssociateTemp = 3,

    /// <summary>A new plex that is removed, its subdisks kept, if the copy fails.</summary>
    AssociateTempRm = 4,

    /// <summary>vxassist mirror: plex and subdisks are removed if the copy fails.</summary>
    AssociateTempRmSd = 5,

    /// <summary>It becomes the log of a volume that is not started.</summary>
    AssociateLog = 6,

    /// <summary>The contents are declared good as they are (vxvol init active, zero, or a first
    /// synchronisation).</summary>
    InitActive = 7,

    /// <summary>vxvol init clean names this plex as the good one.</summary>
    InitClean = 8,

    /// <summary>vxvol init clean names another plex.</summary>
    InitStale = 9,

    /// <summary>The volume starts and this plex takes part.</summary>
    Start = 10,

    /// <summary>The volume starts and this plex does not take part.</summary>
    StartApart = 11,

    /// <summary>The volume stops.</summary>
    Stop = 12,

    /// <summary>The host went down, or the group is imported.</summary>
    Crash = 13,

    /// <summary>A copy onto it begins: it takes every new write from now on.</summary>
    AttachBegin = 14,

    /// <summary>The copy is complete and flushed.</summary>
    AttachComplete = 15,

    /// <summary>The copy failed or was aborted, and the plex stays associated.</summary>
    AttachFail = 16,

    /// <summary>vxplex det.</summary>
    Detach = 17,

    /// <summary>It missed a write.</summary>
    FailIo = 18,

    /// <summary>It leaves the volume: vxplex dis, removal, or the back-out of an attach.</summary>
    Dissociate = 19,

    /// <summary>vxmend off.</summary>
    MendOff = 20,

    /// <summary>vxmend on.</summary>
    MendOn = 21,

    /// <summary>vxmend fix clean.</summary>
    FixClean = 22,

    /// <summary>vxmend fix stale, or a start that trusts another plex.</summary>
    FixStale = 23,

    /// <summary>vxmend fix active.</summary>
    FixActive = 24,

    /// <summary>vxmend fix empty on the volume.</summary>
    FixEmpty = 25,

    /// <summary>The device of one of its disks is gone while another plex carries the volume.</summary>
    LoseDisk = 26,

    /// <summary>vxdg -k rmdisk of one of its disks.</summary>
    RemoveDisk = 27,

    /// <summary>The disk came back with its contents.</summary>
    ReturnDisk = 28,

    /// <summary>Another disk took the place of the removed one.</summary>
    ReplaceDisk = 29,
}
