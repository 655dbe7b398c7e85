using System.Text.RegularExpressions;

namespace VolMgr.Commands.Lint;

/// <summary>
/// Rules about the three names of a disk: the device's (<c>emc0_12</c>), the disk's in its group (<c>datadg01</c>) and
/// the operating system's (<c>sdc</c>, <c>c1t0d0s2</c>).
/// </summary>
internal static partial class NameRules
{
    /// <summary>A name where another one belongs.</summary>
    public static LintRule MixedNames { get; } = new(
        "names-mixed-up",
        "Device, disk and operating system have a name each for the same thing, and each command wants one of them.",
        Mixed);

    /// <summary>Plexes chosen by their number.</summary>
    public static LintRule PlexBySuffix { get; } = new(
        "plex-by-suffix",
        "A new plex gets the next free number, so the old one need not be 01: after an earlier migration it is 02.",
        calls => calls.Where(call => call.Is("vxplex", "dis", "det") || call.Is("vxedit", "rm"))
            .SelectMany(call => call.Operands.Where(name => Suffix().IsMatch(name) && !call.IsExpanded(name))
                .Select(name => new Finding(
                    "plex-by-suffix",
                    call.Line,
                    FindingSeverity.Warning,
                    $"{name} is chosen by its number.",
                    "choose the plex by its disk: vxprint -g DISKGROUP -pF '%name' -e "
                    + "'pl_subdisk.sd_dm_name == \"OLDDISK\"'."))));

    private static IEnumerable<Finding> Mixed(IReadOnlyList<VxCall> calls)
    {
        HashSet<string> disks = new(StringComparer.Ordinal);
        HashSet<string> devices = new(StringComparer.Ordinal);
        foreach (VxCall call in calls)
        {
            foreach ((string disk, string device) in Pairs(call))
            {
                disks.Add(disk);
                devices.Add(device);
            }

            string[] wantDevices = call.Is("vxdisksetup") || call.Is("vxdiskunsetup") || call.Is("vxdisk", "init", "rm")
                ? [.. call.Operands.Where(word => !word.Contains('=', StringComparison.Ordinal))]
                : [.. Pairs(call).Select(pair => pair.Device)];
            foreach (string name in wantDevices.Where(name => !call.IsExpanded(name)))
            {
                if (OfSystem().IsMatch(name))
                {
                    yield return Of(call, name, "the operating system's name of a device", "the name in vxdisk list");
                }
                else if (disks.Contains(name))
                {
                    yield return Of(call, name, "the name of a disk in its group", "the device's name in vxdisk list");
                }
            }

            string[] wantDisks = call.Is("vxdg", "rmdisk") ? [.. call.Operands]
                : call.Is("vxevac") || call.Is("vxmirror") ? [.. call.Operands]
                : call.Is("vxassist", "mirror", "move", "remove", "make")
                    ? [.. call.Operands.Skip(call.Is("vxassist", "make", "remove") ? 2 : 1)
                        .Select(word => word.TrimStart('!', '\\'))]
                : [];
            foreach (string name in wantDisks.Where(name => !call.IsExpanded(name) && !disks.Contains(name)))
            {
                if (devices.Contains(name) || Device().IsMatch(name) || OfSystem().IsMatch(name))
                {
                    yield return Of(
                        call, name, "the name of a device", "the disk's name in its group, from vxprint -d");
                }
            }
        }
    }

    /// <summary>Disks and devices of <c>vxdg init</c> and <c>adddisk</c>.</summary>
    public static IEnumerable<(string Disk, string Device)> Pairs(VxCall call) =>
        (call.Is("vxdg", "adddisk") ? call.Operands : call.Is("vxdg", "init") ? call.Operands.Skip(1) : [])
            .Where(word => !word.StartsWith("cds=", StringComparison.Ordinal)
                && !word.StartsWith("minor=", StringComparison.Ordinal)
                && !word.StartsWith("version=", StringComparison.Ordinal))
            .Select(word => word.Split('=', 2))
            .Select(parts => parts is [var disk, var device] ? (disk, device) : (parts[0], parts[0]));

    private static Finding Of(VxCall call, string name, string what, string wanted) => new(
        "names-mixed-up",
        call.Line,
        FindingSeverity.Error,
        $"{name} looks like {what}, and {call.Name} {call.Keyword}".TrimEnd() + " wants another.",
        $"write {wanted}.");

    [GeneratedRegex("^[A-Za-z][\\w.]*-[0-9]{2}$", RegexOptions.None, 1000)]
    private static partial Regex Suffix();

    [GeneratedRegex("^(/dev/.*|sd[a-z]{1,3}[0-9]*|hdisk[0-9]+|c[0-9]+t[0-9A-F]+d[0-9]+(s[0-9]+)?)$",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfSystem();

    [GeneratedRegex("^[a-z][a-z0-9-]*[0-9]_[0-9a-f]+$", RegexOptions.None, 1000)]
    private static partial Regex Device();
}
