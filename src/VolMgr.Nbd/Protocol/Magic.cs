namespace VolMgr.Nbd.Protocol;

/// <summary>The magic numbers of the protocol. Everything on the wire is big-endian.</summary>
internal static class Magic
{
    /// <summary>First bytes of a server: NBDMAGIC.</summary>
    public const ulong Server = 0x4e42444d41474943;

    /// <summary>IHAVEOPT: newstyle negotiation, and the head of every option.</summary>
    public const ulong Option = 0x49484156454f5054;

    /// <summary>Head of every reply to an option.</summary>
    public const ulong OptionReply = 0x0003e889045565a9;

    public const uint CompactRequest = 0x25609513;
    public const uint ExtendedRequest = 0x21e41c71;
    public const uint SimpleReply = 0x67446698;
    public const uint StructuredReply = 0x668e33ef;
    public const uint ExtendedReply = 0x6e8a278c;
}
