using VolMgr.Commands.Parsing;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm</c>: paths, controllers, enclosures, and how they are used.</summary>
internal static class VxdmpadmCommand
{
    /// <summary>Options, verbs, and what is refused by name.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxdmpadm",
        new OptionTable("f", "o:"),
        [
            VxdmpadmListenclosure.Verb, VxdmpadmListctlr.List, VxdmpadmListctlr.Get, VxdmpadmGetdmpnode.Verb,
            VxdmpadmList.Verb, VxdmpadmGetsubpaths.Verb, VxdmpadmSwitch.Enable, VxdmpadmSwitch.Disable,
            VxdmpadmAttributes.Get, VxdmpadmAttributes.Set, VxdmpadmTunables.Get, VxdmpadmTunables.Set,
            VxdmpadmRestore.Start, VxdmpadmRestore.Stop, VxdmpadmRestore.Stat, VxdmpadmIostat.Verb,
            VxdmpadmExclusion.Exclude, VxdmpadmExclusion.Include, VxdmpadmExclusion.List,
            VxdmpadmGetportids.Verb, VxdmpadmGroups.LunGroup, VxdmpadmGroups.ForeignNode, VxdmpadmListapm.Verb,
        ])
    {
        RefusedKeywords =
        [
            "cfgapm", "config", "pgrrereg", "restore",
        ],
    };
}
