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

    /// <summary>Nobody changes the data before the write has completed: who sends it to several places needs no copy of
    /// its own. Devices that send it to one place have no use for it.</summary>
    Stable = 4,
}
