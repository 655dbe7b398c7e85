using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Multipath;
using VolMgr.Arrays.Performance;

namespace VolMgr.Arrays;

/// <summary>Whether multipathing sends I/O down a path.</summary>
public enum PathState
{
    /// <summary>The path works.</summary>
    Enabled = 1,

    /// <summary>The path failed, was disabled by hand, or its LUN is not presented any more.</summary>
    Disabled = 2,
}

/// <summary>What the array says of a path.</summary>
public enum PathType
{
    /// <summary>All paths are equal (A/A, Disk).</summary>
    None = 1,

    /// <summary>Leads to the owning controller (A/P and its kin).</summary>
    Primary = 2,

    /// <summary>Leads to the other controller (A/P and its kin).</summary>
    Secondary = 3,

    /// <summary>ALUA: a port of the preferred group.</summary>
    ActiveOptimized = 4,

    /// <summary>ALUA: usable, but slower.</summary>
    ActiveNonOptimized = 5,
}

/// <summary>
/// One way from the host to a LUN: an adapter, an array port, an operating system device. Its state changes at scans,
/// by command, by the restore daemon, and when an I/O finds that it does not work; readers see each property's newest
/// value.
/// </summary>
public sealed class DevicePath
{
    private readonly IoCounter counter = new();
    private volatile bool isDisabledByHand;
    private volatile bool hasFailed;
    private volatile bool isPresented = true;
    private volatile bool isLinkUp = true;
    private volatile bool isInUse;
    private volatile PathTrouble? trouble;
    private long useCount;
    private long serviceTicks;
    private int inFlight;

    internal DevicePath(SeenPath seen, PathType type)
    {
        Name = seen.OsName;
        Controller = seen.Controller;
        ArrayName = seen.Array.Name;
        Port = seen.Port;
        PortWwn = PortName.Of(seen.Array, seen.Port);
        Type = type;
    }

    /// <summary>Operating system name, such as sdc.</summary>
    public string Name { get; }

    /// <summary>The host's controller, such as c2.</summary>
    public string Controller { get; }

    /// <summary>The lab's name of the array behind it.</summary>
    public string ArrayName { get; }

    /// <summary>Number of the array port, from 1.</summary>
    public int Port { get; }

    /// <summary>World wide name of the array port, such as 52:4a:93:70:cb:6f:00:01.</summary>
    public string PortWwn { get; }

    /// <summary>What the array says of the path; follows the newest scan.</summary>
    public PathType Type { get; internal set; }

    /// <summary>Kept for when the paths in use fail (`setattr path P pathtype=standby`).</summary>
    public bool IsStandby { get; internal set; }

    /// <summary>Preferred by the administrator (`pathtype=preferred`), whatever the array says.</summary>
    public bool IsPreferred { get; internal set; }

    /// <summary>Weight in the priority policy; more is better.</summary>
    public int Priority { get; internal set; }

    /// <summary>Whether I/O may use the path.</summary>
    public PathState State => isDisabledByHand || hasFailed || !isPresented ? PathState.Disabled : PathState.Enabled;

    /// <summary>Disabled by command: shown as DISABLED(M), and left alone by scans.</summary>
    public bool IsDisabledByHand => isDisabledByHand;

    /// <summary>Whether I/O goes down this path now, shown as (A): enabled, and not a spare of a better path.</summary>
    public bool IsInUse => isInUse;

    /// <summary>
    /// Whether the emulated cable works; a fault of the lab that the host learns only by an I/O or a scan.
    /// </summary>
    public bool IsLinkUp => isLinkUp;

    /// <summary>How many I/Os were sent down this path.</summary>
    public long UseCount => Interlocked.Read(ref useCount);

    /// <summary>I/Os under way.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>What it carried since statistics are gathered.</summary>
    public IoCounts Counts => counter.Counts;

    /// <summary>Whether it failed again soon after it came back, and is watched before it carries I/O.</summary>
    public bool IsIntermittent { get; private set; }

    internal IoCounter Counter => counter;

    /// <summary>Average time of the I/Os of late, for the adaptive policies.</summary>
    internal long ServiceTicks => Interlocked.Read(ref serviceTicks);

    /// <summary>Whether the way itself may fail or delay an I/O: the slow way through multipathing.</summary>
    internal bool HasTrouble => !isLinkUp || trouble is not null;

    internal PathTrouble? Trouble => trouble;

    /// <summary>The time that I/O takes this way; null where no model says anything.</summary>
    internal PathTiming? Timing { get; set; }

    internal bool HasFailed => hasFailed;

    /// <summary>Failed by itself, and not for another reason out of use: worth waiting for.</summary>
    internal bool MayReturn => hasFailed && isPresented && !isDisabledByHand;

    internal bool IsOfBestKind =>
        IsPreferred || Type is PathType.None or PathType.Primary or PathType.ActiveOptimized;

    /// <summary>When it failed last and when it was enabled again; null for never.</summary>
    internal long? EnabledAt { get; private set; }

    internal long? HealthySince { get; set; }

    internal void Begin()
    {
        Interlocked.Increment(ref useCount);
        Interlocked.Increment(ref inFlight);
    }

    internal void End() => Interlocked.Decrement(ref inFlight);

    /// <summary>Takes the time of an I/O into the average: an eighth of the newest one.</summary>
    internal void RecordServiceTime(TimeSpan time)
    {
        long known = Interlocked.Read(ref serviceTicks);
        Interlocked.Exchange(ref serviceTicks, known == 0 ? time.Ticks : known + ((time.Ticks - known) / 8));
    }

    internal void SetLink(bool isUp) => isLinkUp = isUp;

    internal void SetTrouble(PathTrouble? newest) => trouble = newest;

    internal void SetInUse(bool isUsed) => isInUse = isUsed;

    /// <summary>
    /// The path failed. A failure within <paramref name="healthTime"/> of its last return makes it an intermittent one.
    /// </summary>
    internal void MarkFailed(TimeProvider time, TimeSpan healthTime)
    {
        if (!hasFailed)
        {
            IsIntermittent = EnabledAt is { } enabled && time.GetElapsedTime(enabled) < healthTime;
            HealthySince = null;
            hasFailed = true;
        }
    }

    /// <summary>The path works again.</summary>
    internal void MarkRestored(TimeProvider time)
    {
        if (hasFailed)
        {
            hasFailed = false;
            EnabledAt = time.GetTimestamp();
            HealthySince = null;
        }
    }

    internal void MarkUnpresented() => isPresented = false;

    internal void MarkPresented() => isPresented = true;

    internal void SetDisabledByHand(bool isDisabled) => isDisabledByHand = isDisabled;
}
