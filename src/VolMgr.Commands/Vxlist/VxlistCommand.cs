using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxlist;

/// <summary><c>vxlist</c>: disk groups, volumes and disks at a glance, with sizes for people.</summary>
internal static class VxlistCommand
{
    private const string Kinds = "dg vol disk";

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxlist",
        new OptionTable("g:q", "ahlo:sS:tvx"),
        [new Verb("", "[-q] [-g diskgroup] [dg | vol | disk [name...]]", "gq", RunAsync)])
    {
        RefusedKeywords =
        [
            "alert", "cache", "ctlr", "enclr", "fs", "host", "path", "plex", "rlink", "rvg", "sd", "snap", "stats",
            "task",
        ],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        IReadOnlyList<string> operands = invocation.Operands;
        if (operands.Count > 0 && !Kinds.Split(' ').Contains(operands[0]))
        {
            return await invocation.MisusedAsync($"{operands[0]}: Expected dg, vol or disk");
        }

        HostView host = HostReading.Of(invocation.Context.Host);
        if (invocation.Options.Value('g') is { } name)
        {
            if (host.FindGroup(name) is not { } group)
            {
                return await invocation.RefuseAsync(new Refusal(
                    ErrorCode.NoDiskGroup, $"Disk group {name}: No such disk group", "V-5-1-582"));
            }

            host = ListTables.Only(host, group);
        }

        IEnumerable<string> kinds = operands.Count > 0 ? [operands[0]] : Kinds.Split(' ');
        List<ListTable> tables = [.. kinds.Select(kind => ListTables.Of(kind, host))];
        List<string> wanted = [.. operands.Skip(1)];
        List<string> missing = [.. wanted.Where(each => !tables[0].Rows.Any(row => row[1] == each || row[2] == each))];
        if (wanted.Count > 0)
        {
            tables[0] = tables[0] with
            {
                Rows = [.. tables[0].Rows.Where(row => wanted.Contains(row[1]) || wanted.Contains(row[2]))],
            };
        }

        await invocation.AnswerAsync(tables.Where(table => table.Rows.Count > 0)
            .SelectMany((table, index) => (index > 0 ? [""] : Array.Empty<string>())
                .Concat(table.Lines(!invocation.Options.Has('q')))));
        return await invocation.ForEachAsync(
            missing, each => Task.FromResult<Outcome>(Refusals.NoRecord(each)));
    }
}
