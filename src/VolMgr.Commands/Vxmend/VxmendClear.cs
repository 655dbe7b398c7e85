using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxmend;

/// <summary><c>vxmend clear</c>: clears the utility fields of records.</summary>
internal static class VxmendClear
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "clear", "-g diskgroup clear all|tutil0|putil0 object...", "g", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected all, tutil0 or putil0, and an object");
        }

        Outcome<DiskGroup> group = invocation.Group();
        return await invocation.EndAsync(group.IsDone
            ? await group.Value.ClearUtilityAsync(invocation.Operands[0], [.. invocation.Operands.Skip(1)])
            : group.Refusal);
    }
}
