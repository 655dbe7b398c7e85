namespace VolMgr.Nbd.Protocol;

/// <summary>Which headers the two sides agreed on; a later member takes precedence over an earlier one.</summary>
internal enum HeaderStyle
{
    /// <summary>Compact requests, simple replies.</summary>
    Simple = 0,

    /// <summary>Compact requests, structured replies (NBD_OPT_STRUCTURED_REPLY).</summary>
    Structured = 1,

    /// <summary>Extended requests and replies (NBD_OPT_EXTENDED_HEADERS).</summary>
    Extended = 2,
}
