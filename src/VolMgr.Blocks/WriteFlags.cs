namespace VolMgr.Blocks;

/// <summary>What a write, or a zero, promises beyond landing.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>Durable only after a flush.</summary>
    None = 0,

    /// <summary>Durable before it completes. Covers this write only, not earlier ones.</summary>
    ForceUnitAccess = 1,

    /// <summary>For zeroes only: keep or make the range allocated.</summary>
    NoHole = 2,
}
