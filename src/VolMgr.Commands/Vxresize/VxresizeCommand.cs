using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxassist;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxresize;

/// <summary>
/// <c>vxresize</c>: the volume's part. A volume grows; no file system is grown with it, since the lab does not know
/// any. A volume is not made smaller here: that needs its file system shrunk first, and then <c>vxassist
/// shrinkto</c>.
/// </summary>
internal static class VxresizeCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxresize",
        new OptionTable("g:x", "bfF:st:"),
        [new Verb("", "-g diskgroup [-x] volume length|+lengthchange [storage...] [alloc=storage]", "gx", RunAsync)]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = Attributes.Split(invocation.Operands, "alloc");
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (attributes.Value.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected a volume and a length");
        }

        string name = attributes.Value.Operands[0];
        string text = attributes.Value.Operands[1];
        Outcome<long> length = Sizes.ParsePositive(text.TrimStart('+', '-'));
        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes.Value, 2);
        if ((length.Refusal ?? storage.Refusal) is { } unreadable)
        {
            return await invocation.RefuseAsync(unreadable);
        }

        if (group.Value.Current.FindVolume(name) is not { } volume)
        {
            return await invocation.RefuseAsync(VolumeRefusals.NoVolume(name));
        }

        if (text.StartsWith('-') || (!text.StartsWith('+') && length.Value < volume.Length))
        {
            return await invocation.RefuseAsync(Refusals.Unsupported($"Making volume {name} smaller by vxresize"));
        }

        return await invocation.EndAsync(await group.Value.GrowAsync(
            name, text.StartsWith('+') ? volume.Length + length.Value : length.Value, storage.Value));
    }
}
