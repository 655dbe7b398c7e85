using VolMgr.Commands.Parsing;

namespace VolMgr.Commands.Vxddladm;

/// <summary><c>vxddladm</c>: how devices are discovered, claimed and named.</summary>
internal static class VxddladmCommand
{
    /// <summary>Options, verbs, and what is refused by name.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxddladm",
        new OptionTable(""),
        [
            VxddladmNaming.Get, VxddladmNaming.Set, VxddladmAssign.Verb, VxddladmSupport.List,
            VxddladmSupport.Exclude, VxddladmSupport.Include, VxddladmSupport.ListExcluded, VxddladmJbod.Add,
            VxddladmJbod.Remove, VxddladmJbod.List, VxddladmForeign.Add, VxddladmForeign.Remove, VxddladmForeign.List,
            VxddladmList.Verb,
        ])
    {
        RefusedKeywords =
        [
            "addsupport", "disablescsi3", "enablescsi3", "rmsupport", "settune", "status", "start", "stop",
        ],
    };
}
