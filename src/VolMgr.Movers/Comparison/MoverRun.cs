using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Comparison;

/// <summary>What one mover did to the guest.</summary>
/// <param name="Card">Which.</param>
/// <param name="Report">Its own report.</param>
public sealed record MoverRun(MoverCard Card, MoveReport Report)
{
    /// <summary>What the application felt in the half second before.</summary>
    public required ApplicationView Before { get; init; }

    /// <summary>What it felt during the move.</summary>
    public required ApplicationView During { get; init; }

    /// <summary>From the first phase to the last.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Bytes of what moves: the disk, or the memory.</summary>
    public required long Data { get; init; }

    /// <summary>Bytes on the old array that the guest still uses.</summary>
    public required long InUseOnOldArray { get; init; }

    /// <summary>Bytes that lie on the old array, in use or not.</summary>
    public required long LyingOnOldArray { get; init; }

    /// <summary>What is left on the old array, in a sentence.</summary>
    public required string LeftWords { get; init; }

    /// <summary>Places that lacked what was acknowledged, when everything was read back at the end.</summary>
    public required long Lost { get; init; }

    /// <summary>Whether all acknowledged data was there at the end, and no operation failed.</summary>
    public bool IsIntact => Lost == 0 && During.Failures == 0;

    /// <summary>Bytes moved for each byte of what moves.</summary>
    public double MovedPerByte => (double)Report.BytesMoved / Data;
}
