using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxassist;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;
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
            "-g diskgroup [-b] prepare volume [ndcomirs=n] [regionsize=size] [drl=off] [alloc=storage] [storage...]",
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

        if (attributes.Value["drl"] is { } drl and not ("off" or "no"))
        {
            return await invocation.RefuseAsync(
                Refusals.Unsupported($"drl={drl} (vxassist addlog logtype=drl adds a dirty region log)"));
        }

        Outcome<int?> mirrors = attributes.Value.Count(
            attributes.Value["ndcomirs"] is null ? "ndcomirror" : "ndcomirs");
        Outcome<long?> region = attributes.Value["regionsize"] is null
            ? (long?)null : attributes.Value.Size("regionsize");
        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes.Value, 1);
        return (mirrors.Refusal ?? region.Refusal ?? storage.Refusal) is { } refusal
            ? await invocation.RefuseAsync(refusal)
            : await invocation.EndAsync(await group.Value.PrepareAsync(new DcoRequest
            {
                Volume = attributes.Value.Operands[0],
                MirrorCount = mirrors.Value,
                RegionSize = region.Value ?? DetachMapGeometry.StandardRegion,
                Storage = storage.Value,
            }));
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
