using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Commands.Vxdg;

/// <summary>The labelled lines of <c>vxdg list GROUP</c> (vxvm.md 5.7).</summary>
internal static class GroupLongForm
{
    /// <summary>A configuration record is taken to need 256 bytes: half a block.</summary>
    private const int RecordsPerBlock = 2;

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Of(HostView host, GroupView group)
    {
        int records = group.Configuration.Disks.Count + group.Configuration.Subdisks.Count
            + group.Configuration.Plexes.Count + group.Configuration.Volumes.Count;
        List<PrivateRegion> regions = [.. host.Devices
            .Where(device => device.Header is not null && device.GroupId == group.Configuration.Group.GroupId)
            .Select(device => device.Header!.Region)]; // filtered above
        long config = regions.Count == 0 ? 0 : Sizes.InSectors(regions.Min(region => region.ConfigLength));
        long log = regions.Count == 0 ? 0 : Sizes.InSectors(regions.Min(region => region.LogLength));
        long free = Math.Max(0, config - ((records + 1) / RecordsPerBlock));
        List<string> lines =
        [
            $"Group:     {group.Name}",
            $"dgid:      {group.Configuration.Group.GroupId}",
            "import-id: 1024.1",
            $"flags:     {(group.Configuration.Group.IsCds ? "cds" : "")}".TrimEnd(),
            $"version:   {group.Configuration.Group.Version}",
            $"alignment: {(group.Configuration.Group.IsCds ? 8192 : 512)} (bytes)",
            "local-activation: read-write",
            "ssb:            on",
            "autotagging:    on",
            "detach-policy: global",
            "dg-fail-policy: obsolete",
            "ioship: off",
            "fss: off",
            $"storage-sources:  {host.HostName} ",
            "copies:    nconfig=default nlog=default",
            $"config:    seqno=0.{group.Generation} permlen={config} free={free} templen=0 loglen={log}",
        ];
        lines.AddRange(Copies(host, group, "config", header => header.ConfigLength, " state=clean online"));
        lines.AddRange(Copies(host, group, "log", header => header.LogLength, ""));
        return lines;
    }

    private static IEnumerable<string> Copies(
        HostView host, GroupView group, string kind, Func<PrivateRegion, long> length, string tail)
    {
        foreach (DeviceView device in host.Devices.Where(device => device.GroupId == group.Configuration.Group.GroupId))
        {
            if (device.Header is { } header)
            {
                yield return group.ConfigurationDevices.Contains(device.Name)
                    ? $"{kind} disk {device.Name} copy 1 len={Sizes.InSectors(length(header.Region))}{tail}"
                    : $"{kind} disk {device.Name} copy 1 len={Sizes.InSectors(length(header.Region))} disabled";
            }
        }
    }
}
