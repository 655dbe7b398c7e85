using System.Globalization;
using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Commands.Vxinfo;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Commands.Vxlist;

/// <summary>One table of <c>vxlist</c>.</summary>
/// <param name="Widths">Of all columns but the last.</param>
/// <param name="Head">The headings.</param>
/// <param name="Rows">Its rows; the second and third field name what a row is about.</param>
internal sealed record ListTable(int[] Widths, string[] Head, IReadOnlyList<string[]> Rows)
{
    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines(bool hasHead) =>
        (hasHead ? Rows.Prepend(Head) : Rows).Select(row => PaddedRow.Of(Widths, row));
}

/// <summary>What <c>vxlist</c> says of disk groups, volumes and disks.</summary>
internal static class ListTables
{
    private const long Kilobyte = 1024;

    /// <summary>The table of one kind: dg, vol or disk.</summary>
    public static ListTable Of(string kind, HostView host) => kind switch
    {
        "dg" => new ListTable(
            [4, 16, 8, 10], ["TY", "DISKGROUP", "IMPORTED", "STATUS", "ID"], [.. Groups(host)]),
        "vol" => new ListTable(
            [4, 20, 12, 10, 8, 14],
            ["TY", "VOLUME", "DISKGROUP", "SIZE", "STATUS", "LAYOUT", "LINK"],
            [.. host.Groups.SelectMany(Volumes)]),
        _ => new ListTable(
            [4, 16, 12, 12, 10, 10],
            ["TY", "DEVICE", "DISK", "DISKGROUP", "SIZE", "FREE", "STATUS"],
            [.. host.Devices.Select(device => Disk(host, device))]),
    };

    /// <summary>What belongs to that group.</summary>
    public static HostView Only(HostView host, GroupView group) => host with
    {
        Groups = [group],
        Devices = [.. host.Devices.Where(
            device => device.IsImported && device.GroupId == group.Configuration.Group.GroupId)],
    };

    /// <summary>A length for people: two decimals and a unit.</summary>
    public static string Size(long bytes)
    {
        (char unit, double value) = bytes switch
        {
            >= Kilobyte * Kilobyte * Kilobyte * Kilobyte => ('t', bytes / Math.Pow(Kilobyte, 4)),
            >= Kilobyte * Kilobyte * Kilobyte => ('g', bytes / Math.Pow(Kilobyte, 3)),
            >= Kilobyte * Kilobyte => ('m', bytes / Math.Pow(Kilobyte, 2)),
            _ => ('k', bytes / (double)Kilobyte),
        };
        return value.ToString("F2", CultureInfo.InvariantCulture) + unit;
    }

    private static IEnumerable<string[]> Groups(HostView host) => host.Groups
        .Select(group => new[]
        {
            "dg", group.Name, "yes", group.IsDisabled ? "disabled" : "enabled", group.Configuration.Group.GroupId,
        })
        .Concat(host.Devices.Where(device => !device.IsImported && device.GroupId.Length > 0)
            .DistinctBy(device => device.GroupId)
            .Select(device => new[] { "dg", device.GroupName, "no", "deported", device.GroupId }));

    private static IEnumerable<string[]> Volumes(GroupView group) => group.Configuration.Volumes.Values
        .Where(volume => group.Configuration.VolumeAbove(volume.Id) is null)
        .OrderBy(volume => volume.Name, StringComparer.Ordinal)
        .Select(volume => new[]
        {
            "vol", volume.Name, group.Name, Size(volume.Length), Health(group, volume), Layout(group, volume), "-",
        });

    private static string Health(GroupView group, VolumeRecord volume) =>
        VxinfoCommand.Condition(group, volume) switch
        {
            "Started" => group.Configuration.DataPlexesOf(volume.Id).All(plex => plex.IsReadable())
                ? "healthy" : "degraded",
            "Started Unusable" => "unusable",
            _ => "stopped",
        };

    private static string Layout(GroupView group, VolumeRecord volume)
    {
        IReadOnlyList<PlexRecord> plexes = group.Configuration.DataPlexesOf(volume.Id);
        bool isStriped = plexes.Any(plex => plex.Layout == PlexLayout.Stripe);
        return group.Configuration.IsLayered(volume.Id) ? isStriped ? "stripe-mirror" : "concat-mirror"
            : plexes.Count < 2 ? isStriped ? "stripe" : "concat"
            : isStriped ? "mirror-stripe" : "mirror";
    }

    private static string[] Disk(HostView host, DeviceView device)
    {
        GroupView? group = device.IsImported ? host.FindGroup(device.GroupId) : null;
        DiskRecord? disk = group?.Configuration.FindDisk(device.DiskMediaName);
        long? length = device.Header?.PublicLength;
        long? free = group is not null && disk is not null
            ? FreeSpace.On(group.Configuration, disk.Id).Sum(extent => extent.Length)
            : device.GroupId.Length == 0 ? length : null;
        return
        [
            "disk", device.Name, device.DiskMediaName, device.GroupName,
            length is { } whole ? Size(whole) : "-", free is { } rest ? Size(rest) : "-", Status(device),
        ];
    }

    private static string Status(DeviceView device) => device.Status switch
    {
        DeviceStatus.Online => device.IsImported ? string.Join(' ', device.RecordWords.Prepend("imported"))
            : device.GroupId.Length > 0 ? "deported" : "free",
        DeviceStatus.OnlineInvalid => "uninitialized",
        DeviceStatus.Error => "error",
        DeviceStatus.Offline => "offline",
    };
}
