using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg deport</c>: stops the volumes of groups and gives them up.</summary>
internal static class VxdgDeport
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("deport", "[-h hostid] [-n newname] deport diskgroup...", "hn", RunAsync);

    private static Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0)
        {
            return invocation.MisusedAsync("No disk group given");
        }

        string? newName = invocation.Options.Value('n');
        if (newName is not null && invocation.Operands.Count > 1)
        {
            return invocation.MisusedAsync("-n: One disk group can be renamed at a time");
        }

        GroupDeportRequest request = new() { NewHostId = invocation.Options.Value('h'), NewName = newName };
        return invocation.ForEachAsync(
            invocation.Operands,
            async name => invocation.Context.Host.FindGroup(name) is { } group
                ? await invocation.Context.Host.DeportGroupAsync(group.Name, request)
                : GroupRefusals.NoSuch(name));
    }
}
