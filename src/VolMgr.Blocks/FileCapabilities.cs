namespace VolMgr.Blocks;

/// <summary>
/// What the kernel and the file system under a file offer. A device starts with all of them and forgets one when the
/// first call says that it is not supported; a test may start with fewer.
/// </summary>
[Flags]
internal enum FileCapabilities
{
    None = 0,

    /// <summary>Reads that answer only from the page cache (RWF_NOWAIT). Without: every read may sleep.</summary>
    NoWaitRead = 1,

    /// <summary>Single writes that are durable (RWF_DSYNC). Without: a second descriptor.</summary>
    DataSyncWrite = 2,

    /// <summary>A second descriptor opened with O_DSYNC. Without: a write and a flush.</summary>
    SecondDescriptor = 4,

    /// <summary>Holes can be punched. Without: zeroes are written.</summary>
    PunchHole = 8,

    /// <summary>A range can be made zero and stay allocated. Without: zeroes are written.</summary>
    ZeroRange = 16,

    /// <summary>Holes can be found (SEEK_DATA). Without: everything may be data.</summary>
    SeekData = 32,

    All = NoWaitRead | DataSyncWrite | SecondDescriptor | PunchHole | ZeroRange | SeekData,
}
