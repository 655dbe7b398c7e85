using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Commands.Vxdisk;

/// <summary>The labelled lines of <c>vxdisk list DISK</c> (vxvm.md 5.4) and of <c>vxdisk -s list</c>.</summary>
internal static class DeviceLongForm
{
    /// <summary>The long form.</summary>
    public static IEnumerable<string> Of(DeviceView device)
    {
        List<string> lines =
        [
            $"Device:    {device.Name}",
            $"devicetag: {device.Name}",
            "type:      auto",
            $"hostid:    {device.Header?.HostId}".TrimEnd(),
        ];
        if (device.Status == DeviceStatus.Online)
        {
            lines.Add($"disk:      name={device.DiskMediaName} id={device.Header?.DiskId}");
            lines.Add($"group:     name={device.GroupName} id={device.GroupId}");
        }
        else
        {
            lines.Add("disk:      name= id=");
            lines.Add("group:     name= id=");
        }

        lines.Add($"info:      {Info(device)}");
        lines.Add($"flags:     {DeviceWords.Flags(device)}");
        if (device.Status == DeviceStatus.Error)
        {
            lines.Add("errno:     Device path not valid");
        }

        string slice = device.Status == DeviceStatus.Online ? "s3" : "";
        lines.Add($"pubpaths:  block=/dev/vx/dmp/{device.Name}{slice} char=/dev/vx/rdmp/{device.Name}{slice}");
        lines.Add(device.Header is { } known ? $"guid:      {{{known.Guid:D}}}" : "guid:      -");
        lines.Add($"udid:      {device.Udid}");
        lines.Add("site:      -");
        if (device.Header is { } header)
        {
            AddRegions(lines, device, header);
        }

        AddPaths(lines, device);
        return lines;
    }

    /// <summary>The stanza of <c>-s</c>.</summary>
    public static IEnumerable<string> Short(DeviceView device) =>
    [
        $"Disk:   {device.Name}",
        "type:   auto",
        $"flags:  {DeviceWords.Flags(device)}",
        $"diskid: {device.Header?.DiskId}".TrimEnd(),
        $"dgname: {device.GroupName}".TrimEnd(),
        $"dgid:   {device.GroupId}".TrimEnd(),
        $"hostid: {device.Header?.HostId}".TrimEnd(),
        $"info:   {Info(device)}",
    ];

    private static string Info(DeviceView device) => device.Header is { } header
        ? $"format=cdsdisk,privoffset={Sizes.InSectors(header.PrivateOffset)},pubslice=3,privslice=3"
        : "format=none";

    private static void AddRegions(List<string> lines, DeviceView device, DiskHeader header)
    {
        PrivateRegion region = header.Region;
        string state = device.IsImported && device.HoldsConfiguration ? "enabled" : "disabled";
        long config1 = Sizes.InSectors(PrivateRegion.Config1Length);
        lines.AddRange(
        [
            "version:   3.1",
            "iosize:    min=512 (bytes) max=1024 (blocks)",
            $"public:    slice=3 offset={Sizes.InSectors(header.PublicOffset)} " +
            $"len={Sizes.InSectors(header.PublicLength)} disk_offset=0",
            $"private:   slice=3 offset={Sizes.InSectors(header.PrivateOffset)} " +
            $"len={Sizes.InSectors(header.PrivateLength)} disk_offset=0",
            $"update:    time={header.CreatedUnix} seqno=0.{header.Sequence}",
            "ssb:       actual_seqno=0.0",
            "headers:   0 240",
            $"configs:   count=1 len={Sizes.InSectors(region.ConfigLength)}",
            $"logs:      count=1 len={Sizes.InSectors(region.LogLength)}",
            "Defined regions:",
            Region(
                "config  ", PrivateRegion.Config1Offset, PrivateRegion.Config1Length, $"copy=01 offset=000000 {state}"),
            Region(
                "config  ", PrivateRegion.Config2Offset, region.Config2Length, $"copy=01 offset={config1:D6} {state}"),
            Region("log     ", region.LogOffset, region.LogLength, $"copy=01 offset=000000 {state}"),
            Region("lockrgn ", region.LogOffset + region.LogLength, PrivateRegion.LockLength, "part=00 offset=000000"),
        ]);
    }

    private static string Region(string name, long offset, long length, string rest)
    {
        long first = Sizes.InSectors(offset);
        long count = Sizes.InSectors(length);
        return $" {name} priv {first:D6}-{first + count - 1:D6}[{count:D6}]: {rest}";
    }

    private static void AddPaths(List<string> lines, DeviceView device)
    {
        lines.Add("Multipathing information:");
        lines.Add($"numpaths:   {device.Paths.Count}");
        foreach (PathView path in device.Paths)
        {
            string type = path.Type switch
            {
                "PRIMARY" or "Active/Optimized(P)" => " type=primary",
                "SECONDARY" or "Active/Non-Optimized" => " type=secondary",
                _ => "",
            };
            lines.Add($"{path.Name,-15} state={(path.IsEnabled ? "enabled" : "disabled")}{type}");
        }
    }
}
