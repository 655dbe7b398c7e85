using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxcache;

/// <summary>Commands about what a group of this program does not have: caches, volume sets, relayouts, a configuration
/// daemon of its own. They are there to say so.</summary>
internal static class AbsentCommands
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<CommandDefinition> Definitions { get; } =
    [
        new CommandDefinition(
            "vxcache",
            new OptionTable("g:", "fo:v"),
            [
                new Verb("start", "-g diskgroup start cache...", "g", MissingAsync),
                new Verb("stop", "-g diskgroup stop cache...", "g", MissingAsync),
            ])
        {
            RefusedKeywords =
            [
                "att", "dis", "growcacheby", "growcacheto", "list", "set", "shrinkcacheby", "shrinkcacheto", "startall",
            ],
        },
        new CommandDefinition("vxvset", new OptionTable("g:", "aflo:v"), [Refused("vxvset", "make ...", "g")])
        {
            RefusedKeywords = ["addvol", "list", "make", "rmvol", "set", "start", "stop"],
        },
        new CommandDefinition(
            "vxrelayout", new OptionTable("g:", "bo:t:v"), [Refused("vxrelayout", "status ...", "g")])
        {
            RefusedKeywords = ["reverse", "start", "status"],
        },
        new CommandDefinition("vxconfigd", new OptionTable("", "bdfkm:r:Rsx:"), [Refused("vxconfigd", "...", "")]),
    ];

    private static Verb Refused(string name, string usage, string options) => new(
        "", usage, options, invocation => invocation.RefuseAsync(Refusals.Unsupported(name)));

    private static async Task<int> MissingAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        return !group.IsDone ? await invocation.RefuseAsync(group.Refusal)
            : invocation.Operands.Count == 0 ? await invocation.MisusedAsync("No cache given")
            : await invocation.ForEachAsync(invocation.Operands, cache => Task.FromResult<Outcome>(
                new Refusal(ErrorCode.NotFound, $"Cache {cache} not in configuration", "V-5-1-6332")));
    }
}
