using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxdg;

/// <summary>What vxdg says of groups that it cannot find.</summary>
internal static class GroupRefusals
{
    /// <summary>There is no such group; vxdg answers this with the code of a missing record.</summary>
    public static Refusal NoSuch(string name) =>
        new(ErrorCode.NotFound, $"vxdg: Disk group {name}: No such disk group", "V-5-1-2275");

    /// <summary>The imported group named by <c>-g</c>.</summary>
    public static Outcome<DiskGroup> Find(Invocation invocation) =>
        (invocation.Options.Value('g') ?? invocation.DefaultGroup) is not { } name
        ? Refusals.NoDefaultGroup
        : invocation.Context.Host.FindGroup(name) is { } group ? group : NoSuch(name);
}
