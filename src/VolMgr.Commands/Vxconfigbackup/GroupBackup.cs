using VolMgr.Commands.Views;
using VolMgr.Commands.Vxdg;
using VolMgr.Commands.Vxdisk;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxconfigbackup;

/// <summary>
/// The four files of a backup of a group's configuration, by extension: <c>cfgrec</c> the records in the form of
/// <c>vxprint -m</c>, <c>diskinfo</c> its disks, <c>dginfo</c> the group, and <c>binconfig</c> the records with the
/// number of the change that made them.
/// </summary>
internal static class GroupBackup
{
    /// <summary>The folder of a group's backup.</summary>
    public static string FolderOf(GroupView group) => $"{group.Name}.{group.Configuration.Group.GroupId}";

    /// <summary>Names and texts of the files.</summary>
    public static IEnumerable<(string Name, string Text)> FilesOf(HostView host, GroupView group)
    {
        string id = group.Configuration.Group.GroupId;
        string records = ConfigurationText.Write(group.Configuration);
        IEnumerable<string> disks = host.Devices
            .Where(device => device.IsImported && device.GroupId == id)
            .SelectMany(device => DeviceLongForm.Of(device).Append(""));
        yield return ($"{id}.cfgrec", records);
        yield return ($"{id}.diskinfo", Lines(disks));
        yield return ($"{id}.dginfo", Lines(GroupLongForm.Of(host, group)));
        yield return ($"{id}.binconfig", $"# generation {group.Generation}\n{records}");
    }

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
