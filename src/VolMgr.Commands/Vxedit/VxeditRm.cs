using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxedit;

/// <summary><c>vxedit rm</c>: removes records; <c>-r</c> with what they consist of, <c>-f</c> although they are in
/// use.</summary>
internal static class VxeditRm
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("rm", "-g diskgroup [-dpsv] [-r] [-f] rm object...", "dfgprsv", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No object given");
        }

        Outcome<DiskGroup> group = invocation.Group();
        return group.IsDone
            ? await invocation.ForEachAsync(
                invocation.Operands,
                async name => TypeLetters.Check(invocation, group.Value, name) is { } other
                    ? other
                    : await group.Value.RemoveObjectAsync(
                        name, invocation.Options.Has('r'), invocation.Options.Has('f')))
            : await invocation.RefuseAsync(group.Refusal);
    }
}
