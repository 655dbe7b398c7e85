using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxassist;

/// <summary>
/// <c>vxassist growto|growby|shrinkto|shrinkby</c>: all plexes of the volume get the new length; file systems on it are
/// the user's affair.
/// </summary>
internal static class VxassistResize
{
    /// <summary>The four verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb("growto", "-g diskgroup growto volume newlength [storage...]", "g", i =>
            RunAsync(i, 1, isDelta: false)),
        new Verb("growby", "-g diskgroup growby volume lengthchange [storage...]", "g", i =>
            RunAsync(i, 1, isDelta: true)),
        new Verb("shrinkto", "-g diskgroup shrinkto volume newlength", "g", i => RunAsync(i, -1, isDelta: false)),
        new Verb("shrinkby", "-g diskgroup shrinkby volume lengthchange", "g", i => RunAsync(i, -1, isDelta: true)),
    ];

    private static async Task<int> RunAsync(Invocation invocation, int direction, bool isDelta)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = direction > 0
            ? Attributes.Split(invocation.Operands, "alloc") : Attributes.Split(invocation.Operands);
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        IReadOnlyList<string> operands = attributes.Value.Operands;
        if (operands.Count < 2 || (direction < 0 && operands.Count > 2))
        {
            return await invocation.MisusedAsync("Expected a volume name and a length");
        }

        Outcome<long> given = Sizes.ParsePositive(operands[1]);
        if (!given.IsDone)
        {
            return await invocation.RefuseAsync(given.Refusal);
        }

        if (group.Value.Current.FindVolume(operands[0]) is not { } volume)
        {
            return await invocation.RefuseAsync(VolumeRefusals.NoVolume(operands[0]));
        }

        Outcome<long> length = isDelta ? Changed(volume, direction, given.Value, operands[1]) : given.Value;
        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes.Value, 2);
        if ((length.Refusal ?? storage.Refusal) is { } refusal)
        {
            return await invocation.RefuseAsync(refusal);
        }

        return await invocation.EndAsync(direction > 0
            ? await group.Value.GrowAsync(volume.Name, length.Value, storage.Value)
            : await group.Value.ShrinkAsync(volume.Name, length.Value));
    }

    private static Outcome<long> Changed(VolumeRecord volume, int direction, long change, string text)
    {
        if (direction > 0)
        {
            return volume.Length <= long.MaxValue - change
                ? volume.Length + change : new Refusal(ErrorCode.Usage, $"{text}: Length is too large");
        }

        return change < volume.Length
            ? volume.Length - change
            : new Refusal(
                ErrorCode.Usage, $"{text}: Volume {volume.Name} has no more than {Sizes.InSectors(volume.Length)}s");
    }
}
