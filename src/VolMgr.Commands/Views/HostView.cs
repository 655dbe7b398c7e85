namespace VolMgr.Commands.Views;

/// <summary>What listings show of a host, read at one moment.</summary>
internal sealed record HostView
{
    /// <summary>Its name.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Disk devices by name.</summary>
    public IReadOnlyList<DeviceView> Devices { get; init; } = [];

    /// <summary>Imported groups by name.</summary>
    public IReadOnlyList<GroupView> Groups { get; init; } = [];

    /// <summary>Enclosures by name.</summary>
    public IReadOnlyList<EnclosureView> Enclosures { get; init; } = [];

    /// <summary>Tasks that have not ended, by number.</summary>
    public IReadOnlyList<TaskView> Tasks { get; init; } = [];

    /// <summary>The device of that DA name, or null.</summary>
    public DeviceView? FindDevice(string name) =>
        Devices.FirstOrDefault(device => string.Equals(device.Name, name, StringComparison.Ordinal))
        ?? Devices.FirstOrDefault(device => string.Equals(device.Name, name + "s2", StringComparison.Ordinal));

    /// <summary>The device of the disk with that disk media name in an imported group, or null.</summary>
    public DeviceView? FindMedia(string name) =>
        Devices.FirstOrDefault(device => string.Equals(device.DiskMediaName, name, StringComparison.Ordinal));

    /// <summary>The imported group of that name or id, or null.</summary>
    public GroupView? FindGroup(string nameOrId) =>
        Groups.FirstOrDefault(group => string.Equals(group.Name, nameOrId, StringComparison.Ordinal))
        ?? Groups.FirstOrDefault(
            group => string.Equals(group.Configuration.Group.GroupId, nameOrId, StringComparison.Ordinal));
}
