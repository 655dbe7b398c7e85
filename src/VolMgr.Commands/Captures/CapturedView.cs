namespace VolMgr.Commands.Captures;

/// <summary>A <c>vxprint</c> listing of a group as it was captured.</summary>
/// <param name="IsBrief">Whether it is the default view, not that of <c>-t</c>.</param>
/// <param name="Header">The heading lines.</param>
/// <param name="Blocks">The rows, in the blocks that blank lines make.</param>
public sealed record CapturedView(
    bool IsBrief, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Blocks)
{
    /// <summary>Whether it shows the whole group, not some of its records.</summary>
    public bool IsWhole { get; init; }
}
