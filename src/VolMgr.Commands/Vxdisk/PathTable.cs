using VolMgr.Commands.Text;
using VolMgr.Commands.Views;

namespace VolMgr.Commands.Vxdisk;

/// <summary>The table of <c>vxdisk path</c>: one line a path (vxvm.md 5.5).</summary>
internal static class PathTable
{
    private static readonly int[] Widths = [27, 20, 12, 12];

    /// <summary>The lines of the table.</summary>
    public static IEnumerable<string> Of(HostView host, bool hasHeader)
    {
        IEnumerable<string> rows = host.Devices.SelectMany(device => device.Paths.Select(path => PaddedRow.Of(
            Widths, path.Name, device.Name, device.DiskMediaName, device.IsImported ? device.GroupName : "-",
            path.IsEnabled ? "ENABLED" : "DISABLED")));
        return hasHeader ? rows.Prepend(PaddedRow.Of(Widths, "SUBPATH", "DANAME", "DMNAME", "GROUP", "STATE")) : rows;
    }
}
