using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxassist;

/// <summary>
/// <c>vxassist make</c>: creates and starts a volume. New plexes are equal without a copy, so nothing is left to do in
/// the background: <c>-b</c> returns when the volume is there, like the foreground.
/// </summary>
internal static class VxassistMake
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "make",
        "-g diskgroup [-b] [-d defaults] [-o ordered] make volume length [storage...] [attribute=value...]",
        "bdg",
        RunAsync)
    {
        UseOptions = ["ordered"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = await DefaultsFile.SplitAsync(invocation, VolumeAttributes.Names);
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (attributes.Value.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected a volume name and a length");
        }

        if (attributes.Value.Operands.Skip(2).Contains("fixed") && group.Value.Current.FindDisk("fixed") is null)
        {
            return await invocation.RefuseAsync(Refusals.Unsupported("fixed", VxassistRemedies.OfAttribute("fixed")));
        }

        Outcome<long> length = Sizes.ParsePositive(attributes.Value.Operands[1]);
        Outcome<VolumeRequest> request = VolumeAttributes.Parse(
            attributes.Value, 2, group.Value, invocation.UseOptions.ContainsKey("ordered"));
        if ((length.Refusal ?? request.Refusal) is { } refusal)
        {
            return await invocation.RefuseAsync(refusal);
        }

        return await invocation.EndAsync(await MakeAsync(
            group.Value,
            request.Value with { Name = attributes.Value.Operands[0], Length = length.Value },
            attributes.Value));
    }

    /// <summary>The volume, then its DCO and its tag: all of it or nothing.</summary>
    private static async Task<Outcome> MakeAsync(DiskGroup group, VolumeRequest request, Attributes attributes)
    {
        Outcome made = await group.CreateVolumeAsync(request);
        if (!made.IsDone)
        {
            return made;
        }

        Outcome rest = attributes["logtype"] == "dco"
            ? await VxassistAddlog.AddDcoAsync(group, request.Name, attributes, count: null, request.Storage)
            : Outcome.Done;
        rest = rest.IsDone && attributes["tag"] is { } tag
            ? await group.SetTagAsync(request.Name, tag) : rest;
        if (!rest.IsDone)
        {
            await group.RemoveVolumeAsync(request.Name, force: true);
        }

        return rest;
    }
}
