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
        "addlog", "-g diskgroup addlog volume [logtype=drl|dco] [nlog=n] [storage...]", "g", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = Attributes.Split(invocation.Operands, "logtype", "nlog", "alloc");
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (attributes.Value.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No volume given");
        }

        if (attributes.Value["logtype"] is { } type and not ("drl" or "region" or "dco"))
        {
            return await invocation.RefuseAsync(Refusals.Unsupported($"logtype={type}"));
        }

        Outcome<int?> count = attributes.Value.Count("nlog");
        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes.Value, 1);
        if ((count.Refusal ?? storage.Refusal) is { } refusal)
        {
            return await invocation.RefuseAsync(refusal);
        }

        if (attributes.Value["logtype"] == "dco")
        {
            return await invocation.EndAsync(await group.Value.PrepareAsync(new DcoRequest
            {
                Volume = attributes.Value.Operands[0],
                MirrorCount = count.Value,
                Storage = storage.Value,
            }));
        }

        return await invocation.EndAsync(await group.Value.AddLogAsync(new LogRequest
        {
            Volume = attributes.Value.Operands[0],
            Count = count.Value ?? 1,
            Storage = storage.Value,
            Sites = group.Value.Sites,
        }));
    }
}
