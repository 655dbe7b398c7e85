using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxedit;

/// <summary><c>vxedit set</c>: attributes of records.</summary>
internal static class VxeditSet
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "set", "-g diskgroup [-dpsv] set attribute=value... object...", "dgpsv", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<AttributeChanges> changes = AttributeChanges.Parse(invocation.Operands);
        if ((changes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        return await invocation.ForEachAsync(
            changes.Value.Names,
            async name => TypeLetters.Check(invocation, group.Value, name) is { } other
                ? other : await group.Value.SetAttributesAsync(name, changes.Value.Values));
    }
}
