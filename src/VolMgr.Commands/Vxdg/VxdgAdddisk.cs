using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg adddisk</c>: adds disks to a group, all or none.</summary>
internal static class VxdgAdddisk
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "adddisk", "-g diskgroup [-k] adddisk [diskname=]device...", "fgk", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No device given");
        }

        if (invocation.Options.Has('f'))
        {
            return await invocation.RefuseAsync(Refusals.Unsupported(
                "-f with vxdg adddisk",
                "a disk of another group is freed by vxdg rmdisk there, or set up anew by vxdisksetup -f -i"));
        }

        Outcome<DiskGroup> group = GroupRefusals.Find(invocation);
        Outcome<IReadOnlyList<(string Media, string Device)>> disks = DiskOperands.Parse(invocation.Operands);
        if ((group.Refusal ?? disks.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        return await invocation.EndAsync(
            await group.Value.AddDisksAsync(disks.Value, replaces: invocation.Options.Has('k')));
    }
}
