using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxassist;

/// <summary><c>vxassist maxsize</c> and <c>maxgrow</c>: how large a volume could be made, or become.</summary>
internal static class VxassistMaximum
{
    /// <summary>The verb for a new volume.</summary>
    public static Verb MaximumSize { get; } = new(
        "maxsize", "-g diskgroup [-d defaults] [-o ordered] maxsize [storage...] [attribute=value...]", "dg", SizeAsync)
    {
        UseOptions = ["ordered"],
    };

    /// <summary>The verb for an existing volume.</summary>
    public static Verb MaximumGrow { get; } = new(
        "maxgrow", "-g diskgroup maxgrow volume [storage...]", "g", GrowAsync);

    private static async Task<int> SizeAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = await DefaultsFile.SplitAsync(invocation, VolumeAttributes.Names);
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        Outcome<VolumeRequest> request = VolumeAttributes.Parse(
            attributes.Value, 0, group.Value, invocation.UseOptions.ContainsKey("ordered"));
        Outcome<long> size = request.IsDone ? group.Value.MaximumSize(request.Value) : request.Refusal;
        return size.IsDone
            ? await invocation.AnswerAsync([$"Maximum volume size: {Words(size.Value)}"])
            : await invocation.RefuseAsync(size.Refusal);
    }

    private static async Task<int> GrowAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = Attributes.Split(invocation.Operands, "alloc");
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (attributes.Value.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No volume given");
        }

        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes.Value, 1);
        string name = attributes.Value.Operands[0];
        Outcome<long> size = storage.IsDone ? group.Value.MaximumGrow(name, storage.Value) : storage.Refusal;
        if (!size.IsDone)
        {
            return await invocation.RefuseAsync(size.Refusal);
        }

        VolumeRecord? volume = group.Value.Current.FindVolume(name);
        long growth = size.Value - (volume?.Length ?? size.Value);
        return await invocation.AnswerAsync(
            [$"Volume {name} can be extended by {Sizes.InSectors(growth)} to {Words(size.Value)}"]);
    }

    private static string Words(long bytes) => $"{Sizes.InSectors(bytes)} ({bytes >> 20}Mb)";
}
