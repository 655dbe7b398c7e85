namespace VolMgr.Volumes.Configuration;

/// <summary>What a text in description form says.</summary>
public sealed record TextReading
{
    /// <summary>The group and all its records; null when there are problems.</summary>
    public GroupConfiguration? Configuration { get; init; }

    /// <summary>Everything that is wrong, in the order of the text. Empty exactly when there is a
    /// configuration.</summary>
    public required IReadOnlyList<TextProblem> Problems { get; init; }

    /// <summary>Attributes and record types that this program does not know. A dump of another system may have them;
    /// the
    /// database on the disks may not.</summary>
    public IReadOnlyList<TextProblem> Unknown { get; init; } = [];
}
