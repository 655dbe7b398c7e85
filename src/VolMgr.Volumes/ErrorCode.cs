namespace VolMgr.Volumes;

/// <summary>
/// Classes of refusals; the number is the exit code of the vx* commands (vxintro(1M), common exit codes).
/// </summary>
public enum ErrorCode
{
    /// <summary>Invalid arguments.</summary>
    Usage = 1,

    /// <summary>Syntax error in a description or a name.</summary>
    Syntax = 2,

    /// <summary>The daemon does not answer.</summary>
    NotRunning = 3,

    /// <summary>A system call failed.</summary>
    System = 5,

    /// <summary>Something that should not happen.</summary>
    Internal = 7,

    /// <summary>No such disk group.</summary>
    NoDiskGroup = 9,

    /// <summary>Wrong usage type, or the configuration changed meanwhile.</summary>
    WrongUse = 10,

    /// <summary>No such record.</summary>
    NotFound = 11,

    /// <summary>The name is taken.</summary>
    AlreadyExists = 12,

    /// <summary>The record is locked by another operation (tutil0).</summary>
    Locked = 13,

    /// <summary>The record is associated where it must not be.</summary>
    Associated = 16,

    /// <summary>The record is not associated where it must be.</summary>
    Dissociated = 17,

    /// <summary>It is the last associated plex or subdisk.</summary>
    LastPlex = 18,

    /// <summary>Too many associations.</summary>
    TooMany = 19,

    /// <summary>The operation is not possible in this state.</summary>
    InvalidState = 20,

    /// <summary>An I/O error ended the operation.</summary>
    InputOutput = 21,

    /// <summary>The volume has no plexes.</summary>
    NoPlexes = 22,

    /// <summary>The plex has no subdisks.</summary>
    NoSubdisks = 23,

    /// <summary>The volume could not be started.</summary>
    NotStartable = 24,

    /// <summary>The volume is already started.</summary>
    AlreadyStarted = 25,

    /// <summary>The volume is not started.</summary>
    NotStarted = 26,

    /// <summary>The device is open.</summary>
    InUse = 31,

    /// <summary>There is no space that satisfies the request.</summary>
    NoSpace = 40,

    /// <summary>Known, and not supported by this program.</summary>
    Unsupported = 41,
}
