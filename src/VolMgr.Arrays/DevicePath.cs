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
/// by command, and when an I/O finds the link down; readers see each property's newest value.
/// </summary>
public sealed class DevicePath
{
    private volatile bool isDisabledByHand;
    private volatile bool hasFailed;
    private volatile bool isPresented = true;
    private volatile bool isLinkUp = true;
    private volatile bool isInUse;
    private long useCount;

    internal DevicePath(string name, string controller, int port, PathType type)
    {
        Name = name;
        Controller = controller;
        Port = port;
        Type = type;
    }

    /// <summary>Operating system name, such as sdc.</summary>
    public string Name { get; }

    /// <summary>The host's controller, such as c2.</summary>
    public string Controller { get; }

    /// <summary>Number of the array port, from 1.</summary>
    public int Port { get; }

    /// <summary>What the array says of the path; follows the newest scan.</summary>
    public PathType Type { get; internal set; }

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

    internal void CountUse() => Interlocked.Increment(ref useCount);

    internal void SetLink(bool isUp) => isLinkUp = isUp;

    internal void SetInUse(bool isUsed) => isInUse = isUsed;

    internal void MarkFailed() => hasFailed = true;

    internal void MarkUnpresented() => isPresented = false;

    internal void SetDisabledByHand(bool isDisabled) => isDisabledByHand = isDisabled;

    /// <summary>An enable command: probes, and lifts the disabling by hand when the link works.</summary>
    internal void EnableByHand()
    {
        hasFailed = !isLinkUp;
        isDisabledByHand = isDisabledByHand && !isLinkUp;
    }

    /// <summary>A scan saw the LUN through this path, or found the link down.</summary>
    internal void Probe()
    {
        isPresented = true;
        hasFailed = !isLinkUp;
    }
}
