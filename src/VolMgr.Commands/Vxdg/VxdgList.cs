using VolMgr.Commands.Captures;
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
            bool hasHeader = !invocation.Options.Has('q');
            bool hasAll = invocation.UseOptions.ContainsKey("alldgs");
            IReadOnlyList<string>? captured = await ImportedListings.RestoreAsync(
                invocation.Context.Host, hasAll ? "vxdg -o alldgs list" : "vxdg list", "",
                [.. GroupTable.Of(host, false, hasAll)]);
            IEnumerable<string> usual = GroupTable.Of(host, true, hasAll);
            return await invocation.AnswerAsync((captured is null ? usual
                : captured.Skip(1).Prepend(captured[0].Length > 0 ? captured[0] : usual.First()))
                .Skip(hasHeader ? 0 : 1));
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
            IReadOnlyList<string> live = [.. GroupLongForm.Of(host, group)];
            lines.AddRange(await ImportedListings.RestoreAsync(
                invocation.Context.Host, "vxdg list", group.Name, live) ?? live);
        }

        await invocation.AnswerAsync(lines);
        return await invocation.ForEachAsync(
            missing, name => Task.FromResult<Outcome>(GroupRefusals.NoSuch(name)));
    }
}
