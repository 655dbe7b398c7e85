using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxassist;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxvol;

/// <summary><c>vxvol set</c>: attributes of volumes.</summary>
internal static class VxvolSet
{
    private static readonly string[] Refused =
    [
        "logtype", "loglen", "maxstate", "maxtutil", "minor", "startopts", "writeback",
        "writecopy", "exceptions", "type", "siteconsistent", "allsites", "snapshot", "dcolen", "fmr",
    ];

    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("set", "-g diskgroup set attribute=value... volume...", "g", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<AttributeChanges> changes = AttributeChanges.Parse(invocation.Operands);
        if ((changes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (changes.Value.Values.FirstOrDefault(change => Refused.Contains(change.Key)) is { Key: { } refused })
        {
            return await invocation.RefuseAsync(Refusals.Unsupported(
                $"set {refused}", RefusalRemedies.OfVolumeAttribute(refused)));
        }

        string? text = changes.Value.Values.LastOrDefault(change => change.Key == "len").Value;
        Outcome<long> length = text is null ? 0L : Sizes.ParsePositive(text);
        if (!length.IsDone)
        {
            return await invocation.RefuseAsync(length.Refusal);
        }

        string? tracking = changes.Value.Values.LastOrDefault(change => change.Key == "fastresync").Value;
        if (tracking is not (null or "on" or "off"))
        {
            return await invocation.RefuseAsync(
                new Refusal(ErrorCode.Usage, $"fastresync={tracking}: Expected on or off"));
        }

        List<KeyValuePair<string, string>> others =
            [.. changes.Value.Values.Where(change => change.Key is not ("len" or "fastresync"))];
        return await invocation.ForEachAsync(changes.Value.Names, async name =>
        {
            if (group.Value.Current.FindVolume(name) is null)
            {
                return VolumeRefusals.NoVolume(name);
            }

            Outcome set = others.Count == 0 ? Outcome.Done : await group.Value.SetAttributesAsync(name, others);
            set = !set.IsDone || tracking is null ? set
                : await group.Value.SetTrackingAsync(name, tracking == "on");
            return !set.IsDone || text is null ? set : await group.Value.SetLengthAsync(name, length.Value);
        });
    }
}
