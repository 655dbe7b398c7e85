using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxassist;

/// <summary><c>vxassist move</c>: moves what a volume has on excluded storage elsewhere, under live I/O.</summary>
internal static class VxassistMove
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "move",
        "-g diskgroup [-b] [-k [-O tag]] [-t tag] [-o slow[=ms],iosize=size] move volume !storage... [storage...] "
            + "[alloc=storage]",
        "bgkOt",
        invocation => RunAsync(invocation, invocation.Operands))
    {
        UseOptions = ["slow", "iosize"],
    };

    /// <summary>The same for operands that follow another keyword.</summary>
    public static async Task<int> RunAsync(Invocation invocation, IReadOnlyList<string> operands)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = Attributes.Split(operands, "alloc");
        Outcome<CopyOptions> copy = CopyWords.Parse(invocation);
        if ((attributes.Refusal ?? copy.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes.Value, 1);
        if (!storage.IsDone)
        {
            return await invocation.RefuseAsync(storage.Refusal);
        }

        if (attributes.Value.Operands.Count == 0 || storage.Value.Excluded.IsEmpty)
        {
            return await invocation.MisusedAsync("Expected a volume and, with an exclamation mark, what to move from");
        }

        int code = 0;
        foreach (string name in Parts(group.Value.Current, attributes.Value.Operands[0]).TakeWhile(_ => code == 0))
        {
            Outcome<VolumeTask?> begun = await group.Value.MoveVolumeAsync(name, storage.Value, copy.Value);
            code = !begun.IsDone ? await invocation.RefuseAsync(begun.Refusal)
                : begun.Value is not { } task || invocation.Options.Has('b') ? 0
                : await Waiting.ForAsync(invocation, task);
        }

        return code;
    }

    /// <summary>A layered volume is moved by moving the volumes below it.</summary>
    private static IReadOnlyList<string> Parts(GroupConfiguration current, string name) =>
        current.FindVolume(name) is { } volume && current.VolumesBelow(volume.Id) is { Count: > 0 } below
            ? [.. below.Select(id => current.Volumes[id].Name)] : [name];
}
