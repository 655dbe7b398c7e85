namespace VolMgr.Nbd.Client;

/// <summary>Numbers of the NBD protocol that the client uses (NBD protocol, Values). Big-endian on the wire.</summary>
internal static class ClientWire
{
    // Handshake.
    public const ulong InitialMagic = 0x4e42444d41474943; // NBDMAGIC
    public const ulong OptionMagic = 0x49484156454f5054; // IHAVEOPT
    public const ulong OldStyleMagic = 0x00420281861253;
    public const ulong OptionReplyMagic = 0x0003e889045565a9;
    public const ushort HandshakeFixedNewstyle = 1;
    public const ushort HandshakeNoZeroes = 2;

    // Options and their replies.
    public const uint OptionStartTls = 5;
    public const uint OptionGo = 7;
    public const uint OptionStructuredReply = 8;
    public const uint OptionSetMetaContext = 10;
    public const uint ReplyAck = 1;
    public const uint ReplyInfo = 3;
    public const uint ReplyMetaContext = 4;
    public const uint ReplyErrorBit = 0x80000000;
    public const ushort InfoExport = 0;
    public const ushort InfoBlockSize = 3;
    public const string AllocationContext = "base:allocation";

    // Transmission flags.
    public const ushort FlagHasFlags = 1 << 0;
    public const ushort FlagReadOnly = 1 << 1;
    public const ushort FlagSendFlush = 1 << 2;
    public const ushort FlagSendFua = 1 << 3;
    public const ushort FlagSendWriteZeroes = 1 << 6;
    public const ushort FlagCanMultiConn = 1 << 8;
    public const ushort FlagSendFastZero = 1 << 11;

    // Requests.
    public const uint RequestMagic = 0x25609513;
    public const int RequestBytes = 28;
    public const ushort CommandFua = 1 << 0;
    public const ushort CommandNoHole = 1 << 1;
    public const ushort CommandReqOne = 1 << 3;
    public const ushort CommandFastZero = 1 << 4;

    // Replies.
    public const uint SimpleReplyMagic = 0x67446698;
    public const uint ChunkMagic = 0x668e33ef;
    public const ushort ChunkDone = 1;
    public const ushort ChunkNone = 0;
    public const ushort ChunkOffsetData = 1;
    public const ushort ChunkOffsetHole = 2;
    public const ushort ChunkBlockStatus = 5;
    public const ushort ChunkErrorBit = 1 << 15;
    public const ushort ChunkError = ChunkErrorBit | 1;
    public const ushort ChunkErrorOffset = ChunkErrorBit | 2;

    // Extent flags of base:allocation.
    public const uint ExtentZero = 2;
}

/// <summary>Commands of the transmission phase.</summary>
internal enum ClientCommand : ushort
{
    /// <summary>Bytes to us.</summary>
    Read = 0,

    /// <summary>Bytes from us.</summary>
    Write = 1,

    /// <summary>A farewell; it has no reply.</summary>
    Disconnect = 2,

    /// <summary>Makes durable what was answered.</summary>
    Flush = 3,

    /// <summary>Makes a range read as zeroes.</summary>
    WriteZeroes = 6,

    /// <summary>Asks what a range holds.</summary>
    BlockStatus = 7,
}
