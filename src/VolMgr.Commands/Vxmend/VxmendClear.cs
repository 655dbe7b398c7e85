using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxmend;

/// <summary><c>vxmend clear</c>: clears the utility fields of records.</summary>
internal static class VxmendClear
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "clear", "-g diskgroup [-dpsv] clear all|tutil0|putil0 object...", "dgpsv", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected all, tutil0 or putil0, and an object");
        }

        Outcome<DiskGroup> group = invocation.Group();
        if (group.IsDone && invocation.Operands.Skip(1).Select(
            name => TypeLetters.Check(invocation, group.Value, name)).FirstOrDefault(other => other is not null)
            is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        return await invocation.EndAsync(group.IsDone
            ? await group.Value.ClearUtilityAsync(invocation.Operands[0], [.. invocation.Operands.Skip(1)])
            : group.Refusal);
    }
}
