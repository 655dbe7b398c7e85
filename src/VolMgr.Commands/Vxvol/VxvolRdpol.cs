using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxvol;

/// <summary><c>vxvol rdpol</c>: which plex serves reads.</summary>
internal static class VxvolRdpol
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "rdpol", "-g diskgroup rdpol round|select volume... | rdpol prefer volume plex", "g", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected a policy and a volume");
        }

        string word = invocation.Operands[0];
        ReadPolicy? policy = word switch
        {
            "round" => ReadPolicy.Round,
            "select" => ReadPolicy.Select,
            "prefer" => ReadPolicy.Prefer,
            _ => null,
        };
        if (policy is not { } known)
        {
            return word == "siteread"
                ? await invocation.RefuseAsync(Refusals.Unsupported("rdpol siteread"))
                : await invocation.MisusedAsync($"{word}: Expected round, select or prefer");
        }

        Outcome<DiskGroup> group = invocation.Group();
        if (!group.IsDone)
        {
            return await invocation.RefuseAsync(group.Refusal);
        }

        if (known == ReadPolicy.Prefer)
        {
            return invocation.Operands.Count == 3
                ? await invocation.EndAsync(await group.Value.SetReadPolicyAsync(
                    invocation.Operands[1], known, invocation.Operands[2]))
                : await invocation.MisusedAsync("rdpol prefer: Expected a volume and a plex");
        }

        return await invocation.ForEachAsync(
            invocation.Operands.Skip(1), name => group.Value.SetReadPolicyAsync(name, known, null));
    }
}
