using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxedit;

/// <summary><c>vxedit rename</c>: gives a record another name.</summary>
internal static class VxeditRename
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("rename", "-g diskgroup [-dpsv] rename oldname newname", "dgpsv", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count != 2)
        {
            return await invocation.MisusedAsync("Expected an old and a new name");
        }

        Outcome<DiskGroup> group = invocation.Group();
        if (group.IsDone && TypeLetters.Check(invocation, group.Value, invocation.Operands[0]) is { } other)
        {
            return await invocation.RefuseAsync(other);
        }

        return await invocation.EndAsync(group.IsDone
            ? await group.Value.RenameAsync(invocation.Operands[0], invocation.Operands[1]) : group.Refusal);
    }
}
