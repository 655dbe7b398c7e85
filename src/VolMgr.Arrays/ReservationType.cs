namespace VolMgr.Arrays;

/// <summary>Types of persistent reservations; the numbers are those of SPC-4.</summary>
public enum ReservationType : byte
{
    /// <summary>Only the holder writes.</summary>
    WriteExclusive = 1,

    /// <summary>Only the holder reads and writes.</summary>
    ExclusiveAccess = 3,

    /// <summary>Only registered hosts write; one of them holds it. What fencing uses on data disks.</summary>
    WriteExclusiveRegistrantsOnly = 5,

    /// <summary>Only registered hosts read and write; one of them holds it.</summary>
    ExclusiveAccessRegistrantsOnly = 6,

    /// <summary>Only registered hosts write; all of them hold it.</summary>
    WriteExclusiveAllRegistrants = 7,

    /// <summary>Only registered hosts read and write; all of them hold it.</summary>
    ExclusiveAccessAllRegistrants = 8,
}

/// <summary>How a PERSISTENT RESERVE command ended.</summary>
public enum ReservationAnswer
{
    /// <summary>It is done.</summary>
    Good = 1,

    /// <summary>RESERVATION CONFLICT: not registered with that key, or somebody else holds it.</summary>
    Conflict = 2,

    /// <summary>CHECK CONDITION: the parameters make no sense here.</summary>
    Invalid = 3,

    /// <summary>No path to the LUN works.</summary>
    NotReachable = 4,
}
