using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxdg;

/// <summary>The table of <c>vxdg free</c>: one line a free extent; without <c>-g</c> a GROUP column leads (vxvm.md
/// 5.8).</summary>
internal static class FreeTable
{
    private static readonly int[] Widths = [12, 12, 12, 9, 9];
    private static readonly int[] AllWidths = [12, .. Widths];

    /// <summary>The lines for one group.</summary>
    public static IEnumerable<string> Of(GroupView group, bool hasHeader) => Head(
        hasHeader ? PaddedRow.Of(Widths, "DISK", "DEVICE", "TAG", "OFFSET", "LENGTH", "FLAGS") : null,
        Rows(group).Select(fields => PaddedRow.Of(Widths, fields)));

    /// <summary>The lines for all groups.</summary>
    public static IEnumerable<string> Of(IEnumerable<GroupView> groups, bool hasHeader) => Head(
        hasHeader ? PaddedRow.Of(AllWidths, "GROUP", "DISK", "DEVICE", "TAG", "OFFSET", "LENGTH", "FLAGS") : null,
        groups.SelectMany(group => Rows(group).Select(fields => PaddedRow.Of(AllWidths, [group.Name, .. fields]))));

    private static IEnumerable<string> Head(string? header, IEnumerable<string> rows) =>
        header is null ? rows : rows.Prepend(header);

    private static IEnumerable<string[]> Rows(GroupView group)
    {
        foreach (FreeExtent extent in FreeSpace.Of(group.Configuration))
        {
            DiskRecord disk = group.Configuration.Disks[extent.DiskId];
            string device = group.DeviceOf(disk.Id);
            string flags = (disk.IsNoHotUse ? "n" : "") + (disk.IsReserved ? "r" : "") + (disk.IsSpare ? "s" : "");
            yield return
            [
                disk.Name, device, device, RecordFacts.Sectors(extent.Offset), RecordFacts.Sectors(extent.Length),
                flags,
            ];
        }
    }
}
