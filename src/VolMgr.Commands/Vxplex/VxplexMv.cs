using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxplex;

/// <summary><c>vxplex mv</c> and <c>vxplex cp</c>: a dissociated plex takes the place of one of a started volume, or
/// gets the contents of a stopped one.</summary>
internal static class VxplexMv
{
    /// <summary>Moves.</summary>
    public static Verb Move { get; } = new(
        "mv", "-g diskgroup [-t tag] [-v volume] [-o rm,slow[=ms],iosize=size] mv oldplex newplex", "gtv", MoveAsync)
    {
        UseOptions = ["rm", "slow", "iosize"],
    };

    /// <summary>Copies.</summary>
    public static Verb Copy { get; } = new(
        "cp", "-g diskgroup [-t tag] [-o slow[=ms],iosize=size] cp volume newplex...", "gt", CopyAsync)
    {
        UseOptions = ["slow", "iosize"],
    };

    private static async Task<int> MoveAsync(Invocation invocation)
    {
        if (invocation.Operands.Count != 2)
        {
            return await invocation.MisusedAsync("Expected the old plex and the new one");
        }

        Outcome<DiskGroup> group = invocation.Group();
        Outcome<CopyOptions> copy = CopyWords.Parse(invocation);
        if ((copy.Refusal ?? group.Refusal ?? WrongVolume(invocation, group)) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        Outcome<VolumeTask> begun = await group.Value.MovePlexAsync(
            invocation.Operands[0],
            invocation.Operands[1],
            invocation.UseOptions.ContainsKey("rm"),
            copy.Value);
        return begun.IsDone
            ? await Waiting.ForAsync(invocation, begun.Value) : await invocation.RefuseAsync(begun.Refusal);
    }

    private static Task<int> CopyAsync(Invocation invocation) => PlexCopies.RunAsync(
        invocation, async (group, volume, plex, copy) => (await group.CopyPlexAsync(volume, plex, copy))!);

    private static Refusal? WrongVolume(Invocation invocation, Outcome<DiskGroup> group)
    {
        if (invocation.Options.Value('v') is not { } volume || !group.IsDone)
        {
            return null;
        }

        GroupConfiguration current = group.Value.Current;
        string plex = invocation.Operands[0];
        return current.FindPlex(plex)?.VolumeId is { } id && current.Volumes[id].Name == volume
            ? null
            : new Refusal(ErrorCode.Dissociated, $"Plex {plex} not associated with volume {volume}", "V-5-1-388");
    }
}
