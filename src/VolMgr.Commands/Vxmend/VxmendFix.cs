using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxmend;

/// <summary><c>vxmend fix</c>: declares the contents of plexes of stopped volumes, or of whole volumes.</summary>
internal static class VxmendFix
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "fix", "-g diskgroup fix clean|active|stale plex... | fix empty volume...", "g", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected clean, active, stale or empty, and an object");
        }

        string word = invocation.Operands[0];
        PlexFix? fix = word switch
        {
            "clean" => PlexFix.Clean,
            "active" => PlexFix.Active,
            "stale" => PlexFix.Stale,
            _ => null,
        };
        if (fix is null && word != "empty")
        {
            return await invocation.MisusedAsync($"{word}: Expected clean, active, stale or empty");
        }

        Outcome<DiskGroup> group = invocation.Group();
        return group.IsDone
            ? await invocation.ForEachAsync(invocation.Operands.Skip(1), name => fix is { } known
                ? group.Value.FixPlexAsync(name, known)
                : group.Value.FixEmptyAsync(name))
            : await invocation.RefuseAsync(group.Refusal);
    }
}
