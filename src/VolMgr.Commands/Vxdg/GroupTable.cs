using VolMgr.Commands.Text;
using VolMgr.Commands.Views;

namespace VolMgr.Commands.Vxdg;

/// <summary>The table of <c>vxdg list</c>; with <c>-o alldgs</c> also the groups that are not imported here.</summary>
internal static class GroupTable
{
    private static readonly int[] HeaderWidths = [12, 15];
    private static readonly int[] RowWidths = [12, 20];

    /// <summary>The lines of the table.</summary>
    public static IEnumerable<string> Of(HostView host, bool hasHeader, bool hasAllGroups)
    {
        if (hasHeader)
        {
            yield return PaddedRow.Of(HeaderWidths, "NAME", "STATE", "ID");
        }

        foreach (GroupView group in host.Groups)
        {
            List<string> words = [group.IsDisabled ? "disabled" : "enabled"];
            words.AddRange(group.Configuration.Group.IsCds ? ["cds"] : Array.Empty<string>());
            words.AddRange(group.IsTemporary ? ["noautoimport"] : Array.Empty<string>());
            yield return PaddedRow.Of(
                RowWidths, group.Name, string.Join(',', words), group.Configuration.Group.GroupId);
        }

        if (!hasAllGroups)
        {
            yield break;
        }

        foreach (IGrouping<string, DeviceView> deported in host.Devices
            .Where(device => !device.IsImported && device.GroupId.Length > 0)
            .GroupBy(device => device.GroupId, StringComparer.Ordinal)
            .OrderBy(group => group.First().GroupName, StringComparer.Ordinal))
        {
            yield return PaddedRow.Of(RowWidths, deported.First().GroupName, "deported", deported.Key);
        }
    }
}
