namespace VolMgr.Nbd.Protocol;

/// <summary>What the server offers first (16 bits), and what the client takes of it (32 bits).</summary>
[Flags]
internal enum HandshakeFlags : ushort
{
    None = 0,

    /// <summary>Options have replies.</summary>
    FixedNewstyle = 1,

    /// <summary>The answer to NBD_OPT_EXPORT_NAME goes without its 124 zeroes.</summary>
    NoZeroes = 2,
}
