using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxassist;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxresize;

/// <summary>
/// <c>vxresize</c>: the volume's part. A volume grows; no file system is grown with it, since the lab does not know
/// any. A volume is not made smaller here: that needs its file system shrunk first, and then <c>vxassist
/// shrinkto</c>. A growth is done at once, so <c>-b</c> returns when it is done.
/// </summary>
internal static class VxresizeCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxresize",
        new OptionTable("bg:x", "fF:st:"),
        [
            new Verb(
                "",
                "-g diskgroup [-b] [-x] volume length|+lengthchange [storage...] [alloc=storage]",
                "bgx",
                RunAsync),
        ])
    {
        Remedies = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["-f"] = "a volume that grows needs no force",
            ["-F"] = "no file system is known here: leave -F out, then let the file system grow by its own command",
            ["-s"] = Shrinking,
            ["-t"] = "a volume is grown at once: there is no task to tag",
        },
    };

    private const string Shrinking = "shrink the file system by its own command, then use vxassist shrinkto";

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
        Outcome<long> length = Sizes.ParsePositive(text is ['+' or '-', .. var change] ? change : text);
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
            return await invocation.RefuseAsync(Refusals.Unsupported(
                $"Making volume {name} smaller by vxresize", Shrinking));
        }

        if (text.StartsWith('+') && length.Value > long.MaxValue - volume.Length)
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.Usage, $"{text}: Length is too large"));
        }

        return await invocation.EndAsync(await group.Value.GrowAsync(
            name, text.StartsWith('+') ? volume.Length + length.Value : length.Value, storage.Value));
    }
}
