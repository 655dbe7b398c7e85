namespace VolMgr.Blocks;

/// <summary>Whether an extent is known to read as zeroes.</summary>
public enum ExtentKind
{
    /// <summary>May hold anything.</summary>
    Data = 1,

    /// <summary>Holds nothing and reads as zeroes.</summary>
    Hole = 2,
}

/// <summary>Answer to <see cref="IExtentDevice.NextExtentAsync"/>.</summary>
/// <param name="Status">Success, or why the device could not tell; the other members are meaningless then.</param>
/// <param name="Kind">Data or hole.</param>
/// <param name="Length">Bytes from the asked offset on, a positive multiple of 512.</param>
public readonly record struct ExtentReply(IoStatus Status, ExtentKind Kind, long Length);
