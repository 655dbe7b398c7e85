namespace VolMgr.Arrays.Faults;

/// <summary>Every fault that can be injected by name, with the outcome that its test asks for.</summary>
public static class FaultCatalogue
{
    private const string NextPath = "I/O goes down another path at once; the path is disabled; no application error.";
    private const string NextPathAfterTimeout =
        "I/O goes down another path after dmp_scsi_timeout, once; the path is disabled; no application error.";

    private const string Slower = "I/O takes the longer time; above dmp_scsi_timeout the path is disabled.";
    private const string Repeated =
        "I/O is repeated as often as dmp_retry_count says; after that the path is disabled; no application error.";

    private const string Detach = "The I/O fails; a mirror detaches the plex, or reads from another one.";
    private const string Silent = "Nothing notices at once; volmgr verify does, and a rehearsal fails its data checks.";

    /// <summary>All faults, by name.</summary>
    public static IReadOnlyList<FaultDefinition> All { get; } =
    [
        .. OnWays("down", "has no link", NextPath),
        .. OnWays("hang", "swallows commands", NextPathAfterTimeout),
        .. OnWays("slow", "delays each command", Slower, ("ms", "100")),
        .. OnWays("busy", "answers busy", Repeated, ("count", "3")),
        Make("array-removed", FaultPlace.Array, "is gone: its LUNs are not presented to anyone",
            "I/O fails at once; after a scan the devices are gone and their disks show `failed was:`."),
        Make("changed-avid", FaultPlace.Lun, "has another array volume id",
            "The device keeps its persistent name; without persistence it is named by the new id.", ("to", "beef")),
        Make("changed-serial", FaultPlace.Lun, "tells another serial number",
            "After a scan it is another device; its disk carries udid_mismatch and clone_disk.", ("to", "CHANGED")),
        Make("clone-presented", FaultPlace.Lun, "holds a read-only copy of another LUN",
            "Its disk carries udid_mismatch and clone_disk; the group is never imported from it unasked.", ("of", "")),
        Make("duplicate-lun", FaultPlace.Lun, "tells the serial number of another LUN of its array",
            "One of the two is left out of discovery and reported.", ("of", "")),
        Make("firmware-changed", FaultPlace.Array, "runs another firmware",
            "vxdmpadm listenclosure shows it after a scan; nothing else changes.", ("to", "9999")),
        Make("lun-grown", FaultPlace.Lun, "is larger", "A scan shows the new length; data stays.", ("by", "1m")),
        Make("lun-renumbered", FaultPlace.Lun, "has another LUN number",
            "Names by volume id or serial stay; after a scan its paths have other system names.", ("to", "99")),
        Make("lun-shrunk", FaultPlace.Lun, "is shorter",
            "After a scan I/O behind the new end fails; data before it stays.", ("by", "1m")),
        Make("lun-unpresented", FaultPlace.Lun, "is not presented to any host",
            "I/O fails at once; after a scan the device is gone."),
        Make("uuid-hidden", FaultPlace.Host, "has virtual disks without disk.EnableUUID",
            "Nothing until the next power-on; then they are OTHER_DISKS with OS names."),
        Make("zone-missing", FaultPlace.Controller, "is zoned to no array port",
            "Its paths are gone after a scan; I/O goes down the other controllers."),
        Make("zone-wrong", FaultPlace.Controller, "is zoned to every port of one array instead of its own",
            "After a scan paths of the others are gone and that array has more.", ("to", "")),
        Once("array-power-loss", FaultPlace.Array, "loses its power for a moment",
            "Reservations that were not registered to persist are gone; those that were hold."),
        Make("clock-step", FaultPlace.Host, "has its wall clock put forward or back",
            "Copies, timeouts and retries take the time that they take; only what is stamped shows it.", ("by", "1h")),
        Make("daemon-kill", FaultPlace.Host, "dies when it is at a point of the engine for the COUNTth time",
            "No acknowledged write is lost; after recovery all active plexes are equal. 'volmgr fault points' has "
            + "more.",
            ("at", "write-landed"), ("count", "1")),
        Once("host-crash", FaultPlace.Host, "dies at once",
            "Its groups are imported at the next boot, volumes are recovered, attaches go on."),
        Once("power-failure", FaultPlace.Lab, "has no power for a moment: all arrays and hosts",
            "As host-crash for every host; what was only said to be flushed is gone, and so are reservations that were "
            + "not registered to persist."),
        Make("reservation-conflict", FaultPlace.Lun, "is reserved by a host outside of the lab",
            "Writes fail with a reservation conflict; reads go on; no path is blamed."),
        Once("trespass", FaultPlace.Lun, "is moved to another controller of its array",
            "Active/passive: I/O moves it back, which is counted. ALUA: a scan shows which paths are optimized now.",
            ("to", "2")),
        .. FaultsOnMedia(),
    ];

    /// <summary>The fault of that name, or null.</summary>
    public static FaultDefinition? Find(string name) => All.FirstOrDefault(fault => fault.Name == name);

    /// <summary>What a fault does to a mirrored volume; whatever is not named leaves it alone.</summary>
    internal static MirrorOutcome MirrorOf(string name) => name switch
    {
        "array-down" or "array-hang" or "array-removed" or "flush-error" or "lun-failed" or "lun-hang"
            or "lun-readonly" or "lun-shrunk" or "lun-unpresented" or "pool-full" or "reservation-conflict"
            or "transient-error" or "write-error" => MirrorOutcome.PlexDetached,
        "medium-error" => MirrorOutcome.ReadElsewhere,
        "corrupt-write" or "flush-lie" or "lost-write" or "misdirected-write" or "torn-write" =>
            MirrorOutcome.PlexesDiffer,
        "corrupt-read" or "misdirected-read" => MirrorOutcome.ReadsWrong,
        "daemon-kill" or "host-crash" or "power-failure" => MirrorOutcome.HostRestarts,
        _ => MirrorOutcome.Unaffected,
    };

    private static FaultDefinition[] FaultsOnMedia() =>
    [
        Make("corrupt-read", FaultPlace.Lun, "returns altered bytes in a range", Silent, Range),
        Make("corrupt-write", FaultPlace.Lun, "stores altered bytes", Silent, ("count", "1")),
        Make("flush-error", FaultPlace.Lun, "fails to flush", Detach, ("count", "1000000")),
        Make("flush-lie", FaultPlace.Lun, "says that it flushed and did not",
            "Nothing until power fails: then acknowledged data is missing.", ("count", "1000000")),
        Make("lost-write", FaultPlace.Lun, "acknowledges a write and does not store it", Silent, ("count", "1")),
        Make("lun-failed", FaultPlace.Lun, "answers that it is not ready", Detach),
        Make("lun-hang", FaultPlace.Lun, "does not answer",
            "I/O fails after dmp_scsi_timeout; a mirror detaches the plex."),
        Make("lun-readonly", FaultPlace.Lun, "refuses writes", Detach),
        Make("lun-slow", FaultPlace.Lun, "takes longer for each I/O", "I/O takes the longer time.", ("ms", "100")),
        Make("medium-error", FaultPlace.Lun, "cannot read a range",
            "Reads of the range fail; a mirror reads another plex and writes the data back.", Range),
        Make("misdirected-read", FaultPlace.Lun, "reads from another place", Silent, ("by", "4k"), ("count", "1")),
        Make("misdirected-write", FaultPlace.Lun, "stores a write elsewhere", Silent, ("by", "4k"), ("count", "1")),
        Make("pool-full", FaultPlace.Array, "has no space left for thin LUNs",
            "Writes to what is not allocated fail with no space; others go on."),
        Make("torn-write", FaultPlace.Lun, "stores the first half of a write and acknowledges it", Silent,
            ("count", "1")),
        Make("transient-error", FaultPlace.Lun, "fails some I/Os", Detach, ("count", "1")),
        Make("write-error", FaultPlace.Lun, "cannot write a range", Detach, Range),
    ];

    private static (string, string)[] Range => [("length", "4k"), ("offset", "0")];

    private static IEnumerable<FaultDefinition> OnWays(
        string word, string what, string outcome, params (string Name, string Value)[] options) =>
    [
        Make($"path-{word}", FaultPlace.Path, what, outcome, options),
        Make($"controller-{word}", FaultPlace.Controller, what, outcome, options),
        Make($"port-{word}", FaultPlace.Port, what, outcome, options),
        Make($"array-{word}", FaultPlace.Array, what,
            word == "slow" || word == "busy"
                ? outcome
                : "No path is left: I/O is retried for dmp_lun_retry_timeout, then fails; a mirror detaches the plex.",
            options),
    ];

    private static FaultDefinition Once(
        string name, FaultPlace place, string summary, string outcome, params (string Name, string Value)[] options) =>
        Make(name, place, summary, outcome, options) with { IsMomentary = true };

    private static FaultDefinition Make(
        string name, FaultPlace place, string summary, string outcome, params (string Name, string Value)[] options) =>
        new(name, place, options.ToDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
            summary, outcome);
}
