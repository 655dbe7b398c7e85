using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxplex;

/// <summary><c>vxplex det</c> and <c>vxplex dis</c>: takes plexes out of use, or out of their volumes.</summary>
internal static class VxplexRemoval
{
    /// <summary>The plexes stay associated and STALE.</summary>
    public static Verb Detach { get; } = new(
        "det", "-g diskgroup [-f] [-o force] [-v volume] det plex...", "fgv",
        invocation => RunAsync(invocation, isDetach: true))
    {
        UseOptions = ["force"],
    };

    /// <summary>The plexes belong to nothing afterwards, or are removed with <c>-o rm</c>.</summary>
    public static Verb Dissociate { get; } = new(
        "dis", "-g diskgroup [-f] [-o force,rm] [-v volume] dis plex...", "fgv",
        invocation => RunAsync(invocation, isDetach: false))
    {
        UseOptions = ["force", "rm"],
    };

    private static async Task<int> RunAsync(Invocation invocation, bool isDetach)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No plex given");
        }

        if (invocation.UseOptions.FirstOrDefault(word => word.Value.Length > 0) is { Key: { } valued })
        {
            return await invocation.MisusedAsync($"-o {valued}: Takes no value");
        }

        Outcome<DiskGroup> group = invocation.Group();
        if (!group.IsDone)
        {
            return await invocation.RefuseAsync(group.Refusal);
        }

        string? volume = invocation.Options.Value('v');
        bool isForced = invocation.Options.Has('f') || invocation.UseOptions.ContainsKey("force");
        bool isRemoved = invocation.UseOptions.ContainsKey("rm");
        return await invocation.ForEachAsync(invocation.Operands, plex => isDetach
            ? group.Value.DetachPlexAsync(volume, plex, isForced)
            : group.Value.DissociatePlexAsync(volume, plex, isRemoved, isForced));
    }
}
