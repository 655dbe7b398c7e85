namespace VolMgr.Nbd.Protocol;

/// <summary>Commands of the transmission (NBD protocol, Request types).</summary>
internal enum NbdCommand : ushort
{
    Read = 0,
    Write = 1,
    Disconnect = 2,
    Flush = 3,
    Trim = 4,
    Cache = 5,
    WriteZeroes = 6,
    BlockStatus = 7,
    Resize = 8,
}

/// <summary>Flags of a command (NBD protocol, Command flags).</summary>
[Flags]
internal enum CommandFlags : ushort
{
    None = 0,

    /// <summary>Durable before the reply.</summary>
    Fua = 1 << 0,

    /// <summary>Zeroes stay allocated.</summary>
    NoHole = 1 << 1,

    /// <summary>One content chunk for the whole read.</summary>
    Df = 1 << 2,

    /// <summary>One extent for each context.</summary>
    ReqOne = 1 << 3,

    /// <summary>Zero fast or not at all.</summary>
    FastZero = 1 << 4,

    /// <summary>The length of an extended header counts payload, not effect.</summary>
    PayloadLength = 1 << 5,
}
