using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxassist;

/// <summary><c>vxassist remove mirror|log|volume</c>: takes plexes, logs or a whole volume away.</summary>
internal static class VxassistRemove
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "remove",
        "-g diskgroup [-f] remove mirror|log|volume volume [storage...] [nmirror=n] [nlog=n]",
        "fg",
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = Attributes.Split(invocation.Operands, "nmirror", "nlog", "alloc");
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (attributes.Value.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected mirror, log or volume, and a volume name");
        }

        string kind = attributes.Value.Operands[0];
        return kind switch
        {
            "mirror" => await MirrorAsync(invocation, group.Value, attributes.Value),
            "log" => await LogAsync(invocation, group.Value, attributes.Value),
            "volume" => await VolumeAsync(invocation, group.Value, attributes.Value),
            "column" => await invocation.RefuseAsync(Refusals.Unsupported("remove column", VxassistRemedies.Columns)),
            _ => await invocation.MisusedAsync($"{kind}: Expected mirror, log or volume"),
        };
    }

    private static async Task<int> MirrorAsync(Invocation invocation, DiskGroup group, Attributes attributes)
    {
        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes, 2);
        Outcome<int?> remaining = attributes.Count("nmirror");
        if ((storage.Refusal ?? remaining.Refusal ?? Misplaced(invocation, attributes, "nlog", "-f")) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        return await invocation.EndAsync(
            await group.RemoveMirrorAsync(attributes.Operands[1], storage.Value, remaining.Value));
    }

    private static async Task<int> LogAsync(Invocation invocation, DiskGroup group, Attributes attributes)
    {
        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes, 2);
        Outcome<int> remaining = attributes["nlog"] == "0" ? 0 : Remaining(attributes);
        if ((storage.Refusal ?? remaining.Refusal ?? Misplaced(invocation, attributes, "nmirror", "-f")) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        return await invocation.EndAsync(
            await group.RemoveLogAsync(attributes.Operands[1], storage.Value, remaining.Value));
    }

    private static async Task<int> VolumeAsync(Invocation invocation, DiskGroup group, Attributes attributes)
    {
        if (attributes.Operands.Count > 2)
        {
            return await invocation.MisusedAsync($"{attributes.Operands[2]}: No storage applies to a whole volume");
        }

        if ((Misplaced(invocation, attributes, "nmirror", "") ?? Misplaced(invocation, attributes, "nlog", "")
            ?? Misplaced(invocation, attributes, "alloc", "")) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        return await invocation.EndAsync(
            await group.RemoveVolumeAsync(attributes.Operands[1], invocation.Options.Has('f')));
    }

    private static Outcome<int> Remaining(Attributes attributes)
    {
        Outcome<int?> count = attributes.Count("nlog");
        return count.IsDone ? count.Value ?? 0 : count.Refusal;
    }

    private static Refusal? Misplaced(Invocation invocation, Attributes attributes, string attribute, string option) =>
        attributes[attribute] is not null ? new Refusal(ErrorCode.Usage, $"{attribute}: Attribute does not apply here")
        : option.Length > 0 && invocation.Options.Has(option[1])
            ? new Refusal(ErrorCode.Usage, $"{option}: Option does not apply here") : null;
}
