using VolMgr.Arrays;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Views;

/// <summary>Reads what listings show from a running host.</summary>
internal static class HostReading
{
    /// <summary>The whole host.</summary>
    public static HostView Of(VolumeHost host)
    {
        IReadOnlyList<DiskDevice> disks = host.Disks;
        List<GroupView> groups = [.. host.Groups.Select(group => Group(group, disks))];
        return new HostView
        {
            HostName = host.Name,
            Groups = groups,
            Devices = [.. disks.Select(disk => Device(disk, groups))],
            Enclosures =
            [
                .. host.Devices.Enclosures.OrderBy(enclosure => enclosure.Name, StringComparer.Ordinal)
                    .Select(enclosure => new EnclosureView(
                        enclosure.Name, enclosure.Type, enclosure.Serial, enclosure.IsConnected, enclosure.ArrayType,
                        enclosure.LunCount, enclosure.Firmware)),
            ],
            Tasks = TaskReading.Of(host.Tasks),
        };
    }

    private static GroupView Group(DiskGroup group, IReadOnlyList<DiskDevice> disks)
    {
        GroupConfiguration configuration = group.Current;
        Dictionary<string, string> names = disks
            .Where(disk => disk is { IsImported: true, Header: not null } && disk.GroupId == group.GroupId)
            .GroupBy(disk => disk.Header!.DiskId, StringComparer.Ordinal) // filtered above
            .ToDictionary(same => same.Key, same => same.First().Name, StringComparer.Ordinal);
        return new GroupView
        {
            Configuration = configuration,
            Devices = configuration.Disks.Values
                .Where(disk => !disk.IsRemoved && names.ContainsKey(disk.DiskId))
                .ToDictionary(disk => disk.Id, disk => names[disk.DiskId]),
            Generation = group.Generation,
            IsDisabled = group.Store.IsDisabled,
            OpenVolumes = configuration.Volumes.Values.Select(volume => volume.Name)
                .Where(volume => group.OpenVolume(volume) is { OpenCount: > 0 }).ToHashSet(StringComparer.Ordinal),
            ConfigurationDevices = [.. group.Store.Holders.Select(holder => holder.DeviceName)],
        };
    }

    private static DeviceView Device(DiskDevice disk, IReadOnlyList<GroupView> groups)
    {
        GroupView? group = disk.IsImported
            ? groups.FirstOrDefault(each => each.Configuration.Group.GroupId == disk.GroupId) : null;
        DiskRecord? record = disk.DiskMediaName.Length > 0
            ? group?.Configuration.FindDisk(disk.DiskMediaName) : null;
        return new DeviceView
        {
            Name = disk.Name,
            Status = disk.Status,
            Header = disk.Header,
            GroupName = disk.GroupName,
            GroupId = disk.GroupId,
            IsImported = disk.IsImported,
            DiskMediaName = disk.DiskMediaName,
            IsGroupDisabled = group is { IsDisabled: true },
            RecordWords = Words(record),
            HoldsConfiguration = group is not null && group.ConfigurationDevices.Contains(disk.Name),
            IsThin = disk.Node.IsThin,
            Udid = disk.Node.Udid,
            OsName = disk.Node.OsName,
            Enclosure = disk.Node.Enclosure.Name,
            EnclosureType = disk.Node.Enclosure.Type,
            Paths =
            [
                .. disk.Node.Paths.Select(
                    path => new PathView(path.Name, path.Controller, State(path), Type(path.Type))),
            ],
        };
    }

    private static List<string> Words(DiskRecord? record)
    {
        List<string> words = [];
        words.AddRange(record is { IsFailing: true } ? ["failing"] : Array.Empty<string>());
        words.AddRange(record is { IsSpare: true } ? ["spare"] : Array.Empty<string>());
        words.AddRange(record is { IsNoHotUse: true } ? ["nohotuse"] : Array.Empty<string>());
        words.AddRange(record is { IsReserved: true } ? ["reserved"] : Array.Empty<string>());
        return words;
    }

    private static string State(DevicePath path) => path.State switch
    {
        PathState.Enabled => path.IsInUse ? "ENABLED(A)" : "ENABLED",
        PathState.Disabled => path.IsDisabledByHand ? "DISABLED(M)" : "DISABLED",
    };

    private static string Type(PathType type) => type switch
    {
        PathType.None => "-",
        PathType.Primary => "PRIMARY",
        PathType.Secondary => "SECONDARY",
        PathType.ActiveOptimized => "Active/Optimized(P)",
        PathType.ActiveNonOptimized => "Active/Non-Optimized",
    };
}
