using VolMgr.Arrays;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Exports;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Service.Http;
using VolMgr.Cli.Service.Replies;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Cli.Service;

/// <summary>What the API tells of the lab and its hosts: each answer is one look at what is there now.</summary>
internal sealed class LabViews(LabPaths lab, LabHosts hosts, ServiceAddresses addresses, ServiceHealth health)
{
    /// <summary>The lab.</summary>
    public LabReply Lab() => new(
        lab.Root,
        Environment.ProcessId,
        typeof(LabViews).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
        health.Started,
        lab.NbdSocket,
        [.. hosts.Topology.Arrays.Select(array => new ArrayReply(array.Name, [.. array.Luns.Select(Lun)]))],
        Hosts());

    /// <summary>Its hosts.</summary>
    public IReadOnlyList<HostReply> Hosts() => [.. hosts.Topology.Hosts.Select(Host)];

    /// <summary>The enclosures that the hosts see.</summary>
    public IReadOnlyList<EnclosureReply> Enclosures(string? host) =>
        [.. Chosen(host).SelectMany(up => up.Devices.Enclosures.Select(enclosure => new EnclosureReply(
            up.Host.Name,
            enclosure.Name,
            enclosure.Type,
            enclosure.Serial,
            enclosure.ArrayType,
            enclosure.Asl,
            enclosure.IsConnected,
            enclosure.LunCount)))];

    /// <summary>The disks that the hosts see.</summary>
    public IReadOnlyList<DiskReply> Disks(string? host) =>
        [.. Chosen(host).SelectMany(up => up.Host.Disks.Select(disk => Disk(up.Host.Name, disk)))];

    /// <summary>The imported groups.</summary>
    public IReadOnlyList<GroupReply> Groups(string? host) =>
        [.. Chosen(host).SelectMany(up => up.Host.Groups.Select(group => GroupViews.Of(up, group)))];

    /// <summary>The volumes, all or those of a group.</summary>
    public IReadOnlyList<VolumeReply> Volumes(string? host, string? groupName) =>
    [
        .. Chosen(host).SelectMany(up => up.Host.Groups
            .Where(group => groupName is null || string.Equals(group.Name, groupName, StringComparison.Ordinal))
            .SelectMany(group => group.Current.Volumes.Values
                .OrderBy(volume => volume.Name, StringComparer.Ordinal)
                .Select(volume => GroupViews.Of(
                    up,
                    group,
                    volume,
                    StartedVolume.Find(up, group, volume) is { } started ? addresses.Of(started.Name) : [])))),
    ];

    /// <summary>The tasks.</summary>
    public IReadOnlyList<TaskReply> Tasks(string? host) =>
        [.. Chosen(host).SelectMany(up => up.Host.Tasks.List.Select(task => Of(up.Host.Name, task)))];

    /// <summary>A task with the host that runs it; null when there is none of that id.</summary>
    public (string Host, VolumeTask Task)? FindTask(string? host, int id) =>
        Chosen(host)
            .SelectMany(up => up.Host.Tasks.List.Select(task => ((string, VolumeTask)?)(up.Host.Name, task)))
            .FirstOrDefault(known => known?.Item2.Id == id);

    /// <summary>A task for an answer.</summary>
    public static TaskReply Of(string host, VolumeTask task) => new(
        host,
        task.Id,
        task.ParentId,
        task.Type,
        task.Operation,
        OrNull(task.Tag),
        OrNull(task.GroupName),
        OrNull(task.VolumeName),
        OrNull(task.PlexName),
        task.State.ToString().ToLowerInvariant(),
        task.Start,
        task.End,
        task.Current,
        Math.Round(task.Percent, 2),
        task.Started,
        Math.Round(task.WorkTime.TotalSeconds, 3),
        task.Remaining is { } remaining ? Math.Round(remaining.TotalSeconds, 3) : null,
        task.SlowMs,
        OrNull(task.Failure));

    /// <summary>The hosts that are up, or the one of them that is asked for.</summary>
    private IEnumerable<RunningHost> Chosen(string? host)
    {
        if (string.IsNullOrEmpty(host))
        {
            return hosts.Up;
        }

        return hosts.Topology.FindHost(host) is null
            ? throw ApiProblem.NotFound($"The lab has no host '{host}'; GET /v1/hosts lists those it has")
            : hosts.Up.Where(up => string.Equals(up.Host.Name, host, StringComparison.Ordinal));
    }

    private HostReply Host(HostTopology known)
    {
        RunningHost? up = hosts.Up.FirstOrDefault(
            running => string.Equals(running.Host.Name, known.Name, StringComparison.Ordinal));
        return new HostReply(
            known.Name,
            up is not null,
            string.Equals(known.Name, hosts.Topology.Hosts[0].Name, StringComparison.Ordinal),
            [.. up?.Host.Groups.Select(group => group.Name) ?? []],
            up?.Host.Tasks.List.Count ?? 0);
    }

    private LunReply Lun(LunTopology lun) => new(
        lun.Name,
        lun.Size,
        [.. hosts.Topology.Hosts
            .Where(host => !host.Unpresented.Contains(lun.Name, StringComparer.Ordinal))
            .Select(host => host.Name)]);

    private static DiskReply Disk(string host, DiskDevice disk) => new(
        host,
        disk.Name,
        disk.Node.LunName,
        disk.Node.Enclosure.Name,
        disk.Node.Length,
        disk.Status switch
        {
            DeviceStatus.Online => "online",
            DeviceStatus.OnlineInvalid => "online invalid",
            DeviceStatus.Error => "error",
            DeviceStatus.Offline => "offline",
        },
        OrNull(disk.GroupName),
        disk.IsImported,
        OrNull(disk.DiskMediaName),
        disk.Node.IsReachable,
        [.. disk.Node.Paths.Select(path =>
            new PathReply(path.Name, path.Controller, path.State == PathState.Enabled, path.IsInUse))]);

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
