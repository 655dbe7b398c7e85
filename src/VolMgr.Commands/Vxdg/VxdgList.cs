using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg list</c>: the table of groups, or the long form of named ones.</summary>
internal static class VxdgList
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "list", "[-q] [-o alldgs] list [diskgroup...]", "gq", RunAsync)
    {
        UseOptions = ["alldgs"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        HostView host = HostReading.Of(invocation.Context.Host);
        List<string> names = [.. invocation.Operands];
        if (invocation.Options.Value('g') is { } named)
        {
            names.Add(named);
        }

        if (names.Count == 0)
        {
            return await invocation.AnswerAsync(GroupTable.Of(
                host, !invocation.Options.Has('q'), invocation.UseOptions.ContainsKey("alldgs")));
        }

        if (invocation.Options.Has('q') || invocation.UseOptions.Count > 0)
        {
            return await invocation.MisusedAsync("-q and -o alldgs apply to the table of all disk groups only");
        }

        List<string> lines = [];
        List<string> missing = [];
        foreach (string name in names)
        {
            if (host.FindGroup(name) is not { } group)
            {
                missing.Add(name);
                continue;
            }

            lines.AddRange(lines.Count > 0 ? [""] : Array.Empty<string>());
            lines.AddRange(GroupLongForm.Of(host, group));
        }

        await invocation.AnswerAsync(lines);
        return await invocation.ForEachAsync(
            missing, name => Task.FromResult<Outcome>(GroupRefusals.NoSuch(name)));
    }
}
