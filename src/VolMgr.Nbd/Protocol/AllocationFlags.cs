namespace VolMgr.Nbd.Protocol;

/// <summary>Flags of the context base:allocation.</summary>
[Flags]
internal enum AllocationFlags : uint
{
    None = 0,

    /// <summary>NBD_STATE_HOLE: nothing is allocated.</summary>
    Hole = 1,

    /// <summary>NBD_STATE_ZERO: reads as zeroes.</summary>
    Zero = 2,
}
