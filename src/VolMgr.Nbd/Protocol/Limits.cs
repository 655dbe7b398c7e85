namespace VolMgr.Nbd.Protocol;

/// <summary>Sizes that the protocol fixes, and the ones that every implementation assumes.</summary>
internal static class Limits
{
    /// <summary>The longest payload that either side sends or takes: 2^25, what portable clients stay within.</summary>
    public const int MaximumPayload = 32 << 20;

    /// <summary>The longest string: names, queries, messages.</summary>
    public const int MaximumString = 4096;

    /// <summary>Zeroes after the answer to NBD_OPT_EXPORT_NAME, unless both sides agreed to leave them out.</summary>
    public const int ExportNameZeroes = 124;

    /// <summary>A client may ask for an unfragmented read of this length and must get it.</summary>
    public const int UnfragmentedRead = 65536;
}
