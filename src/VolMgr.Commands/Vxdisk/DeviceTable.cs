using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxdisk;

/// <summary>The table of <c>vxdisk list</c>, also with <c>-o alldgs</c> and <c>-e</c>.</summary>
internal static class DeviceTable
{
    private static readonly int[] Widths = [12, 15, 12, 12];
    private static readonly int[] NativeHeaderWidths = [12, 14, 11, 12, 20, 16];

    /// <summary>The lines of the table: devices by name, then disks of imported groups that no device holds.</summary>
    /// <param name="host">What the host has.</param>
    /// <param name="hasHeader">Print the headings.</param>
    /// <param name="hasAllGroups">Show groups that are not imported here, in parentheses.</param>
    /// <param name="hasNativeNames">The wider form of <c>-e</c>.</param>
    public static IEnumerable<string> Of(HostView host, bool hasHeader, bool hasAllGroups, bool hasNativeNames)
    {
        if (hasHeader)
        {
            yield return hasNativeNames
                ? PaddedRow.Of(
                    NativeHeaderWidths, "DEVICE", "TYPE", "DISK", "GROUP", "STATUS", "OS_NATIVE_NAME", "ATTR")
                : PaddedRow.Of(Widths, "DEVICE", "TYPE", "DISK", "GROUP", "STATUS");
        }

        foreach (DeviceView device in host.Devices)
        {
            yield return Row(
                hasNativeNames, device.Name, DeviceWords.Type(device), device.DiskMediaName,
                GroupOf(device, hasAllGroups), DeviceWords.Status(device), device.OsName,
                device.IsThin ? "tprclm" : "std");
        }

        foreach (GroupView group in host.Groups)
        {
            foreach (DiskRecord disk in group.Configuration.Disks.Values
                .Where(disk => group.DeviceOf(disk.Id).Length == 0)
                .OrderBy(disk => disk.Name, StringComparer.Ordinal))
            {
                string word = disk.IsRemoved ? "removed" : "failed";
                yield return Row(
                    hasNativeNames, "-", "-", disk.Name, group.Name, $"{word} was:{disk.LastDeviceName}", "-", "-");
            }
        }
    }

    private static string GroupOf(DeviceView device, bool hasAllGroups) =>
        device.IsImported ? device.GroupName
        : hasAllGroups && device.GroupName.Length > 0 ? $"({device.GroupName})" : "-";

    private static string Row(
        bool hasNativeNames, string name, string type, string disk, string group, string status, string os,
        string attribute)
    {
        if (!hasNativeNames)
        {
            return PaddedRow.Of(Widths, name, type, disk, group, status);
        }

        string padded = (disk.Length == 0 ? "-" : disk).PadRight(11);
        return $"{name,-12} {type,-14} {padded}  {group,-11} {status,-20} {os,-16} {attribute}";
    }
}
