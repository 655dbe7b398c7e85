namespace VolMgr.Volumes.OnDisk;

/// <summary>What was found where a structure of the private region should be. Broken disks are normal: this is a
/// value.</summary>
public enum ReadStatus
{
    /// <summary>The structure is there and whole.</summary>
    Valid = 1,

    /// <summary>No structure of this kind, or one that belongs to another owner.</summary>
    NotOurs = 2,

    /// <summary>The magic is right and the checksum is wrong: torn or damaged.</summary>
    BadChecksum = 3,

    /// <summary>Written by a later program that asks for a later reader.</summary>
    TooNew = 4,

    /// <summary>The checksum is right and the content contradicts itself or the device.</summary>
    Inconsistent = 5,

    /// <summary>The device could not read it.</summary>
    Unreadable = 6,
}
