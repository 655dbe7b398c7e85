using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxmend;

/// <summary><c>vxmend on|off</c>: takes plexes out of use until told otherwise, and lets them be recovered
/// again.</summary>
internal static class VxmendSwitch
{
    /// <summary>OFFLINE to STALE.</summary>
    public static Verb On { get; } = new("on", "-g diskgroup on plex...", "g", invocation =>
        RunAsync(invocation, (group, plex) => group.MendOnAsync(plex)));

    /// <summary>To OFFLINE.</summary>
    public static Verb Off { get; } = new("off", "-g diskgroup [-o force] off plex...", "g", invocation =>
        RunAsync(invocation, (group, plex) => group.MendOffAsync(plex, invocation.UseOptions.ContainsKey("force"))))
    {
        UseOptions = ["force"],
    };

    private static async Task<int> RunAsync(Invocation invocation, Func<DiskGroup, string, Task<Outcome>> action)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No plex given");
        }

        Outcome<DiskGroup> group = invocation.Group();
        return group.IsDone
            ? await invocation.ForEachAsync(invocation.Operands, plex => action(group.Value, plex))
            : await invocation.RefuseAsync(group.Refusal);
    }
}
