using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxassist;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxsnap;

/// <summary><c>vxsnap prepare</c> and <c>unprepare</c>: gives a volume a DCO, so that detached plexes come back by
/// copying what was written, and takes it away.</summary>
internal static class VxsnapPrepare
{
    /// <summary>Options and verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb(
            "prepare",
            "-g diskgroup [-b] prepare volume [ndcomirs=n] [regionsize=size] [drl=on|sequential|off] "
                + "[alloc=storage] [storage...]",
            "bg",
            PrepareAsync),
        new Verb("unprepare", "-g diskgroup unprepare volume", "g", UnprepareAsync),
    ];

    private static async Task<int> PrepareAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = Attributes.Split(
            invocation.Operands, "ndcomirs", "ndcomirror", "regionsize", "drl", "alloc");
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (attributes.Value.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No volume given");
        }

        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes.Value, 1);
        Outcome<DcoRequest> request = storage.IsDone
            ? DcoAttributes.Parse(attributes.Value, attributes.Value.Operands[0], storage.Value) : storage.Refusal;
        return await invocation.EndAsync(
            request.IsDone ? await group.Value.PrepareAsync(request.Value) : request.Refusal);
    }

    private static async Task<int> UnprepareAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var volume])
        {
            return await invocation.MisusedAsync("Expected a volume");
        }

        Outcome<DiskGroup> group = invocation.Group();
        return await invocation.EndAsync(
            group.IsDone ? await group.Value.UnprepareAsync(volume) : group.Refusal);
    }
}
