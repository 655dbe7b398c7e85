namespace VolMgr.Blocks;

/// <summary>The operations of a device, as a set: what a fault strikes, what a record tells.</summary>
[Flags]
public enum DeviceOperations
{
    /// <summary>No operation.</summary>
    None = 0,

    /// <summary>Reads.</summary>
    Read = 1,

    /// <summary>Writes, forced ones included.</summary>
    Write = 2,

    /// <summary>Flushes.</summary>
    Flush = 4,

    /// <summary>Zeroing.</summary>
    Zero = 8,

    /// <summary>Discards.</summary>
    Discard = 16,

    /// <summary>Questions for extents.</summary>
    Extent = 32,

    /// <summary>Whatever changes content.</summary>
    Changes = Write | Zero | Discard,

    /// <summary>Everything.</summary>
    All = Read | Changes | Flush | Extent,
}
