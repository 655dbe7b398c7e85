using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxevac;

/// <summary><c>commit</c> and <c>rollback</c> of moves that were begun with <c>-k</c>, for vxsd, vxassist and
/// vxevac.</summary>
internal static class TentativeMoves
{
    /// <summary>The two verbs of a command whose operands name what moved.</summary>
    public static IReadOnlyList<Verb> Verbs(string what, Func<string, TentativeSelection> select) =>
        [.. ((string[])["commit", "rollback"]).Select(word => new Verb(
            word,
            $"-g diskgroup [-O tag] {word} {what}...",
            "gO",
            invocation => EndAsync(invocation, word, invocation.Operands, select)))];

    /// <summary>Ends the moves of each operand.</summary>
    public static async Task<int> EndAsync(
        Invocation invocation, string word, IReadOnlyList<string> names, Func<string, TentativeSelection> select)
    {
        Outcome<DiskGroup> group = invocation.Group();
        string? tag = invocation.Options.Value('O');
        if (!group.IsDone)
        {
            return await invocation.RefuseAsync(group.Refusal);
        }

        if (names.Count == 0 && tag is null)
        {
            return await invocation.MisusedAsync("Nothing given to end: expected names, or -O and a tag");
        }

        IEnumerable<TentativeSelection> meant = names.Count == 0
            ? [new TentativeSelection { Tag = tag }] : names.Select(name => select(name) with { Tag = tag });
        int code = 0;
        foreach (TentativeSelection selection in meant)
        {
            Outcome<int> ended = await group.Value.EndMovesAsync(selection, word == "commit");
            Outcome outcome = !ended.IsDone ? ended.Refusal
                : ended.Value > 0 ? Outcome.Done
                : new Refusal(
                    ErrorCode.InvalidState,
                    $"{selection.Subdisk ?? selection.Disk ?? selection.Volume ?? tag}: No tentative move to {word}");
            code = outcome.IsDone ? code : await invocation.RefuseAsync(outcome.Refusal);
        }

        return code;
    }
}
