using VolMgr.Commands.Text;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxassist;

/// <summary><c>vxassist settag|replacetag|removetag|listtag</c>: tags of volumes.</summary>
internal static class VxassistTags
{
    private static readonly int[] Widths = [2, 15, 15];

    /// <summary>The verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb("settag", "-g diskgroup settag volume tag[=value]", "g", invocation => ChangeAsync(
            invocation, 2, (group, words) => group.SetTagAsync(words[0], words[1]))),
        new Verb("replacetag", "-g diskgroup replacetag volume tag newtag[=value]", "g", invocation => ChangeAsync(
            invocation, 3, (group, words) => group.ReplaceTagAsync(words[0], words[1], words[2]))),
        new Verb("removetag", "-g diskgroup removetag volume tag", "g", invocation => ChangeAsync(
            invocation, 2, (group, words) => group.RemoveTagAsync(words[0], words[1]))),
        new Verb("listtag", "-g diskgroup listtag [volume...]", "g", ListAsync),
    ];

    private static async Task<int> ChangeAsync(
        Invocation invocation, int count, Func<DiskGroup, IReadOnlyList<string>, Task<Outcome>> change)
    {
        Outcome<DiskGroup> group = invocation.Group();
        return invocation.Operands.Count != count
            ? await invocation.MisusedAsync("Expected a volume and tags")
            : await invocation.EndAsync(
                group.IsDone ? await change(group.Value, invocation.Operands) : group.Refusal);
    }

    private static async Task<int> ListAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        if (!group.IsDone)
        {
            return await invocation.RefuseAsync(group.Refusal);
        }

        GroupConfiguration current = group.Value.Current;
        List<string> missing = [.. invocation.Operands.Where(name => current.FindVolume(name) is null)];
        IEnumerable<string> rows = current.Volumes.Values
            .Where(volume => invocation.Operands.Count == 0 || invocation.Operands.Contains(volume.Name))
            .OrderBy(volume => volume.Name, StringComparer.Ordinal)
            .SelectMany(volume => volume.Tags.Select(
                tag => PaddedRow.Of(Widths, "v", volume.Name, current.Group.Name, tag)));
        if (missing.Count < invocation.Operands.Count || invocation.Operands.Count == 0)
        {
            await invocation.AnswerAsync(rows.Prepend(PaddedRow.Of(Widths, "TY", "NAME", "DISKGROUP", "TAG")));
        }

        return await invocation.ForEachAsync(
            missing, name => Task.FromResult<Outcome>(VolumeRefusals.NoVolume(name)));
    }
}
