namespace VolMgr.Blocks;

/// <summary>
/// How an I/O on a device ended. A failing device is a normal event in a volume manager: the mirror branches on it, so
/// it is a value and not an exception.
/// </summary>
public enum IoStatus
{
    /// <summary>All bytes were transferred.</summary>
    Success = 0,

    /// <summary>The medium could not read or write the range (EIO).</summary>
    MediaError = 1,

    /// <summary>The device cannot be reached: LUN unpresented, file gone, all paths down (ENODEV, ENXIO).</summary>
    NotReachable = 2,

    /// <summary>The backing store is full (ENOSPC, EDQUOT): a full host file system or thin pool.</summary>
    NoSpace = 3,

    /// <summary>The device did not answer in time.</summary>
    Timeout = 4,

    /// <summary>The device or its user refuses writes (EROFS, EPERM).</summary>
    ReadOnly = 5,

    /// <summary>Another host holds the device by a reservation and this one may not do that (EBADE).</summary>
    ReservationConflict = 6,
}
