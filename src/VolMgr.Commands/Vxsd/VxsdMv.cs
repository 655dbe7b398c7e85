using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxsd;

/// <summary><c>vxsd mv</c>: moves what a subdisk holds to free subdisks, under live I/O, and waits for it.</summary>
internal static class VxsdMv
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "mv",
        "-g diskgroup [-k [-O tag]] [-t tag] [-o rm,slow[=ms],iosize=size] mv subdisk newsubdisk...",
        "gkOt",
        RunAsync)
    {
        UseOptions = ["rm", "slow", "iosize"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected a subdisk and those that take its place");
        }

        Outcome<DiskGroup> group = invocation.Group();
        Outcome<CopyOptions> copy = CopyWords.Parse(invocation);
        if ((copy.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        Outcome<VolumeTask> begun = await group.Value.MoveSubdiskAsync(
            invocation.Operands[0],
            [.. invocation.Operands.Skip(1)],
            invocation.UseOptions.ContainsKey("rm"),
            copy.Value);
        return begun.IsDone
            ? await Waiting.ForAsync(invocation, begun.Value) : await invocation.RefuseAsync(begun.Refusal);
    }
}
