using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg rmdisk</c>: removes disks from a group; with <c>-k</c> their records stay.</summary>
internal static class VxdgRmdisk
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("rmdisk", "-g diskgroup [-k] rmdisk diskname...", "gk", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No disk given");
        }

        Outcome<DiskGroup> group = GroupRefusals.Find(invocation);
        return group.IsDone
            ? await invocation.ForEachAsync(
                invocation.Operands, disk => group.Value.RemoveDiskAsync(disk, invocation.Options.Has('k')))
            : await invocation.RefuseAsync(group.Refusal);
    }
}
