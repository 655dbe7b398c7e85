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
        "len", "fastresync", "logtype", "loglen", "maxstate", "maxtutil", "minor", "startopts", "writeback",
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
            return await invocation.RefuseAsync(Refusals.Unsupported($"set {refused}"));
        }

        return await invocation.ForEachAsync(
            changes.Value.Names,
            async name => group.Value.Current.FindVolume(name) is null
                ? VolumeRefusals.NoVolume(name)
                : await group.Value.SetAttributesAsync(name, changes.Value.Values));
    }
}
