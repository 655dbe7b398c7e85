using VolMgr.Commands.Parsing;

namespace VolMgr.Commands.Vxsnap;

/// <summary><c>vxsnap</c>: preparing volumes, and what detached plexes have missed. Snapshots are refused by
/// name.</summary>
internal static class VxsnapCommand
{
    /// <summary>Options and verbs.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxsnap",
        new OptionTable("bg:vx", "fln:o:t:V"),
        [.. VxsnapPrepare.Verbs, VxsnapList.Verb])
    {
        RefusedKeywords =
        [
            "make", "addmir", "rmmir", "reattach", "refresh", "restore", "dis", "split", "print", "addmap",
            "syncstart", "syncpause", "syncresume", "syncstop", "syncwait", "snapwait", "addmirs",
        ],
    };
}
