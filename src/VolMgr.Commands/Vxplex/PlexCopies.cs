using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxplex;

/// <summary>The verbs that copy a volume to plexes: the operands are a volume and its plexes.</summary>
internal static class PlexCopies
{
    /// <summary>
    /// Starts a copy for each plex in turn and waits for it; null in the place of a task: nothing is to be copied. A
    /// plex that fails does not keep the next one waiting, Ctrl-C ends them all. The code is the last failure's.
    /// </summary>
    public static async Task<int> RunAsync(
        Invocation invocation,
        Func<DiskGroup, string, string, CopyOptions, Task<Outcome<VolumeTask?>>> start)
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
            Outcome<VolumeTask?> started = await start(group.Value, invocation.Operands[0], plex, copy.Value);
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
