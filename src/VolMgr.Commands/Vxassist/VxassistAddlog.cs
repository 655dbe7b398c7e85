using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxassist;

/// <summary><c>vxassist addlog</c>: gives a volume a dirty region log, or a DCO.</summary>
internal static class VxassistAddlog
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "addlog",
        "-g diskgroup [-b] addlog volume [logtype=drl|seqdrl|dco] [nlog=n] [loglen=length] "
            + "[storage...] [attribute=value...]",
        "bg",
        invocation => RunAsync(invocation, invocation.Operands));

    /// <summary>The same for operands that follow another keyword.</summary>
    public static async Task<int> RunAsync(Invocation invocation, IReadOnlyList<string> operands)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = Attributes.Split(
            operands,
            [.. DcoAttributes.Names, "logtype", "nlog", "loglen", "alloc", "mirror", "wantmirror", "logdisk"]);
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (attributes.Value.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No volume given");
        }

        Outcome<int?> count = attributes.Value.Count("nlog");
        Outcome<StorageSpecification> storage = attributes.Value["logdisk"] is { } disks
            ? StorageSpecification.Parse([disks]) : StorageOperands.Parse(attributes.Value, 1);
        Outcome<long?> length = attributes.Value.Size("loglen");
        if ((count.Refusal ?? length.Refusal ?? storage.Refusal) is { } refusal)
        {
            return await invocation.RefuseAsync(refusal);
        }

        string volume = attributes.Value.Operands[0];
        return await invocation.EndAsync(attributes.Value["logtype"] switch
        {
            "dco" when length.Value is not null =>
                new Refusal(ErrorCode.Usage, "loglen=: The length of a DCO follows from regionsize="),
            "dco" => await AddDcoAsync(group.Value, volume, attributes.Value, count.Value, storage.Value),
            null or "drl" or "region" or "seqdrl" or "drlseq" => DcoAttributes.Stray(attributes.Value) is { } stray
                ? new Refusal(ErrorCode.Usage, $"{stray}: Needs logtype=dco")
                : await group.Value.AddLogAsync(new LogRequest
                {
                    Volume = volume,
                    Count = count.Value ?? 1,
                    Length = length.Value,
                    IsSequential = attributes.Value["logtype"] is "seqdrl" or "drlseq",
                    Storage = storage.Value,
                    Sites = group.Value.Sites,
                }),
            var type => Refusals.Unsupported($"logtype={type}", "use logtype=drl, seqdrl or dco"),
        });
    }

    /// <summary>Gives a volume a DCO.</summary>
    public static async Task<Outcome> AddDcoAsync(
        DiskGroup group, string volume, Attributes attributes, int? count, StorageSpecification storage)
    {
        Outcome<DcoRequest> request = DcoAttributes.Parse(attributes, volume, storage);
        if (!request.IsDone)
        {
            return request.Refusal;
        }

        Outcome prepared = await group.PrepareAsync(
            request.Value with { MirrorCount = request.Value.MirrorCount ?? count });
        return prepared.IsDone && !DcoAttributes.Tracking(attributes).Value
            ? await group.SetTrackingAsync(volume, isTracking: false)
            : prepared;
    }
}
