using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxvol;

/// <summary><c>vxvol resync</c>: makes the plexes of volumes equal; waits unless <c>-b</c>.</summary>
internal static class VxvolResync
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "resync", "-g diskgroup [-b] [-t tag] [-o slow[=ms],iosize=size] resync volume...", "bgt", RunAsync)
    {
        UseOptions = ["slow", "iosize"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No volume given");
        }

        Outcome<DiskGroup> group = invocation.Group();
        Outcome<CopyOptions> copy = CopyWords.Parse(invocation);
        if ((copy.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        int code = 0;
        foreach (string volume in invocation.Operands)
        {
            Outcome<VolumeTask> started = await group.Value.ResyncAsync(volume, copy.Value);
            int ended = !started.IsDone ? await invocation.RefuseAsync(started.Refusal)
                : invocation.Options.Has('b') ? 0 : await Waiting.ForAsync(invocation, started.Value);
            code = ended == 0 ? code : ended;
            if (ended == Waiting.InterruptedCode)
            {
                break;
            }
        }

        return code;
    }
}
