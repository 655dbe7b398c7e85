using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxplex;

/// <summary>
/// <c>vxplex att</c>: attaches plexes to a volume, one after the other, and waits for each copy. A stopped volume takes
/// them as STALE without a copy.
/// </summary>
internal static class VxplexAtt
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "att", "-g diskgroup [-t tag] [-o slow[=ms],iosize=size] att volume plex...", "gt", RunAsync)
    {
        UseOptions = ["slow", "iosize"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected a volume and a plex");
        }

        Outcome<DiskGroup> group = invocation.Group();
        Outcome<CopyOptions> copy = CopyWords.Parse(invocation);
        if ((copy.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        int code = 0;
        foreach (string plex in invocation.Operands.Skip(1))
        {
            Outcome<VolumeTask?> started = await group.Value.AttachPlexAsync(invocation.Operands[0], plex, copy.Value);
            int ended = !started.IsDone ? await invocation.RefuseAsync(started.Refusal)
                : started.Value is { } task ? await Waiting.ForAsync(invocation, task) : 0;
            code = ended == 0 ? code : ended;
            if (ended == Waiting.InterruptedCode)
            {
                break;
            }
        }

        return code;
    }
}
