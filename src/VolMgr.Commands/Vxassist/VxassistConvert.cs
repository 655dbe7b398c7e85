using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxassist;

/// <summary><c>vxassist convert</c>: a mirrored volume becomes a layered one or comes back, under live I/O and without
/// a copy.</summary>
internal static class VxassistConvert
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "convert",
        "-g diskgroup [-b] [-t tag] convert volume "
            + "layout=mirror-stripe|stripe-mirror|mirror-concat|concat-mirror",
        "bgt",
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<Attributes> attributes = Attributes.Split(invocation.Operands, "layout");
        if ((attributes.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (attributes.Value.Operands is not [var name])
        {
            return await invocation.MisusedAsync("Expected one volume and layout=");
        }

        (PlexLayout Layout, bool IsLayered)? target = attributes.Value["layout"] switch
        {
            "mirror-stripe" => (PlexLayout.Stripe, false),
            "stripe-mirror" => (PlexLayout.Stripe, true),
            "mirror-concat" => (PlexLayout.Concat, false),
            "concat-mirror" => (PlexLayout.Concat, true),
            _ => null,
        };
        if (target is not { } wanted)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.Usage,
                "layout=: Expected mirror-stripe, stripe-mirror, mirror-concat or concat-mirror"));
        }

        GroupConfiguration current = group.Value.Current;
        if (current.FindVolume(name) is not { } volume)
        {
            return await invocation.RefuseAsync(VolumeRefusals.NoVolume(name));
        }

        return current.DataPlexesOf(volume.Id).Any(plex => plex.Layout != wanted.Layout)
            ? await invocation.RefuseAsync(new Refusal(
                ErrorCode.WrongUse, $"Volume {name}: converting between striped and concatenated needs a relayout"))
            : await invocation.EndAsync(await group.Value.ConvertVolumeAsync(name, wanted.IsLayered));
    }
}
