namespace VolMgr.Commands.Lint;

/// <summary>Rules about what has to come before what.</summary>
internal static class OrderRules
{
    /// <summary>No way back to the configuration.</summary>
    public static LintRule MissingBackup { get; } = new(
        "no-configuration-backup",
        "When a group's disks are lost or a wrong plex is removed, the records are what brings the volumes back.",
        calls => calls.FirstOrDefault(IsChange) is { } change
            && !calls.Take(change.Index).Any(call => call.Is("vxconfigbackup") || Saves(call))
                ? [new Finding(
                    "no-configuration-backup",
                    change.Line,
                    FindingSeverity.Warning,
                    $"{change.Name} {change.Keyword}".TrimEnd()
                    + " is the first change, and no configuration was saved.",
                    "begin with vxconfigbackup DISKGROUP.")]
                : []);

    /// <summary>Devices that are no VM disks yet.</summary>
    public static LintRule MissingSetup { get; } = new(
        "disk-not-set-up",
        "A device without the volume manager's header cannot join a group.",
        calls => calls.SelectMany(call => NameRules.Pairs(call)
            .Where(pair => !calls.Take(call.Index).Any(earlier => IsSetup(earlier, pair.Device)))
            .Select(pair => new Finding(
                "disk-not-set-up",
                call.Line,
                FindingSeverity.Warning,
                $"{pair.Device} joins a group and nothing before makes it a VM disk.",
                $"vxdisksetup -i {pair.Device} first, unless vxdisk list says that it is online."))));

    /// <summary>Headers taken off disks in use.</summary>
    public static LintRule EarlyUnsetup { get; } = new(
        "unsetup-before-rmdisk",
        "A disk that is still in its group cannot lose its header.",
        calls => calls.Where(call => call.Is("vxdiskunsetup")
                && !calls.Take(call.Index).Any(earlier => earlier.Is("vxdg", "rmdisk", "destroy")))
            .Select(call => new Finding(
                "unsetup-before-rmdisk",
                call.Line,
                FindingSeverity.Warning,
                "vxdiskunsetup comes before the disk has left its group.",
                "vxdg -g DISKGROUP rmdisk DISK first.")));

    /// <summary>Disks that leave with something on them.</summary>
    public static LintRule DiskInUse { get; } = new(
        "rmdisk-in-use",
        "A disk with subdisks does not leave, nor does one whose space is still being reclaimed.",
        calls => calls.Where(call => call.Is("vxdg", "rmdisk") && !call.Parsed.Options.Has('k'))
            .SelectMany(call => InUse(calls, call)));

    /// <summary>Logs are plexes too.</summary>
    public static LintRule LogLeftBehind { get; } = new(
        "log-left-behind",
        "Removing the data plex leaves a dirty region log or a DCO's plex where it is, and the disk with it.",
        calls => calls.FirstOrDefault(call => call.Is("vxdg", "rmdisk")) is { } leaves
            && calls.Take(leaves.Index).LastOrDefault(RemovesPlex) is { } removed
            && !calls.Take(leaves.Index).Any(MovesLogs)
            && !calls.Skip(removed.Index + 1).Take(leaves.Index - removed.Index - 1).Any(Looks)
                ? [new Finding(
                    "log-left-behind",
                    leaves.Line,
                    FindingSeverity.Warning,
                    "nothing looks for logs and DCO plexes that are left on the old disks.",
                    "look by vxprint -g DISKGROUP -F '%name' -e 'sd_dm_name == \"OLDDISK\"'; move them by vxevac or "
                    + "vxassist addlog and remove log.")]
                : []);

    private static IEnumerable<Finding> InUse(IReadOnlyList<VxCall> calls, VxCall call)
    {
        VxCall[] before = [.. calls.Take(call.Index)];
        if (!before.Any(Empties))
        {
            yield return new Finding(
                "rmdisk-in-use",
                call.Line,
                FindingSeverity.Warning,
                "nothing before takes the subdisks off the disk that leaves.",
                "vxplex -o rm dis, vxassist remove mirror or vxevac first, and look at vxdg free.");
        }
        else if (!before.SkipWhile(earlier => !Empties(earlier)).Any(Looks))
        {
            yield return new Finding(
                "rmdisk-in-use",
                call.Line,
                FindingSeverity.Note,
                "nothing looks whether the disk is empty and its space reclaimed.",
                "vxdg -g DISKGROUP free, and for thin LUNs vxprint -z, before rmdisk.");
        }
    }

    private static bool Saves(VxCall call) => call.Is("vxprint") && call.Parsed.Options.Has('m');

    private static bool Empties(VxCall call) =>
        (call.Is("vxplex", "dis", "mv") && (call.HasUseOption("rm") || call.Keyword == "dis"))
        || call.Is("vxassist", "remove", "move") || call.Is("vxevac") || call.Is("vxsd", "mv")
        || call.Is("vxedit", "rm");

    private static bool MovesLogs(VxCall call) =>
        call.Is("vxevac") || call.Is("vxassist", "addlog", "move")
        || (call.Is("vxassist", "remove") && call.Operands is ["log", ..])
        || (call.Is("vxprint") && call.Parsed.Options.Has('e'));

    private static bool RemovesPlex(VxCall call) =>
        call.Is("vxplex", "dis") || (call.Is("vxassist", "remove") && call.Operands is ["mirror", ..]);

    private static bool Looks(VxCall call) => call.Is("vxprint") || call.Is("vxdg", "free");

    private static bool IsSetup(VxCall call, string device) =>
        (call.Is("vxdisksetup") || call.Is("vxdisk", "init")) && call.Operands.Contains(device);

    private static bool IsChange(VxCall call) =>
        call.Is("vxdg", "adddisk", "rmdisk", "destroy", "split", "move", "join") || call.Is("vxplex")
        || call.Is("vxassist", "mirror", "remove", "move", "make", "growto", "growby", "shrinkto", "shrinkby")
        || call.Is("vxevac") || call.Is("vxmirror") || call.Is("vxedit", "rm") || call.Is("vxsd") || call.Is("vxmake");
}
