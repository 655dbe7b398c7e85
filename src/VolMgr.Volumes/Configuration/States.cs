namespace VolMgr.Volumes.Configuration;

/// <summary>Whether a volume takes I/O (vxvm.md 2.1).</summary>
public enum VolumeKernelState
{
    /// <summary>Reads and writes.</summary>
    Enabled = 1,

    /// <summary>No user I/O; plex operations only.</summary>
    Detached = 2,

    /// <summary>No I/O.</summary>
    Disabled = 3,
}

/// <summary>What is known about the contents of a volume (vxvm.md 2.2). Persistent.</summary>
public enum VolumeState
{
    /// <summary>Never initialised; always disabled.</summary>
    Empty = 1,

    /// <summary>Stopped, all plexes synchronised.</summary>
    Clean = 2,

    /// <summary>Started, or in use when the host went down.</summary>
    Active = 3,

    /// <summary>Enabled: read-writeback runs. Disabled: it ran when the host went down.</summary>
    Sync = 4,

    /// <summary>Needs recovery at the next start.</summary>
    NeedSync = 5,
}

/// <summary>Whether a plex takes I/O (vxvm.md 2.4).</summary>
public enum PlexKernelState
{
    /// <summary>Takes writes, and reads if its mode is read-write.</summary>
    Enabled = 1,

    /// <summary>Neither writes nor reads; plex operations only.</summary>
    Detached = 2,

    /// <summary>Not accessible.</summary>
    Disabled = 3,
}

/// <summary>What is known about the contents of a plex (vxvm.md 2.3). Persistent.</summary>
public enum PlexState
{
    /// <summary>New, uninitialised.</summary>
    Empty = 1,

    /// <summary>A consistent copy of a stopped volume.</summary>
    Clean = 2,

    /// <summary>Takes part in a started volume, or did when the host went down.</summary>
    Active = 3,

    /// <summary>Out of date; needs a full copy.</summary>
    Stale = 4,

    /// <summary>Taken off by vxmend off.</summary>
    Offline = 5,

    /// <summary>An operation is in progress; dissociated if it does not complete.</summary>
    Temp = 6,

    /// <summary>An operation is in progress; the plex is removed if it does not complete.</summary>
    TempRm = 7,

    /// <summary>vxassist attaches it; plex and subdisks are removed if the operation does not complete.</summary>
    TempRmSd = 8,

    /// <summary>Detached after an uncorrectable I/O failure.</summary>
    IoFail = 9,

    /// <summary>A dirty region log.</summary>
    Log = 10,

    /// <summary>Dissociated: printed as a dash.</summary>
    None = 11,

    /// <summary>No device holds the disk of one of its subdisks (condition flag, replaces the state).</summary>
    NoDevice = 12,

    /// <summary>A disk was removed with vxdg -k rmdisk (condition flag).</summary>
    Removed = 13,

    /// <summary>A disk came back too late; needs full recovery (condition flag).</summary>
    Recover = 14,
}

/// <summary>What an enabled plex is used for.</summary>
public enum PlexMode
{
    /// <summary>Reads and writes.</summary>
    ReadWrite = 1,

    /// <summary>Writes only: it is being attached.</summary>
    WriteOnly = 2,
}

/// <summary>How a plex maps its address space to subdisks.</summary>
public enum PlexLayout
{
    /// <summary>Subdisks one behind the other.</summary>
    Concat = 1,

    /// <summary>Stripe units dealt to columns in turn.</summary>
    Stripe = 2,
}

/// <summary>Which plex serves a read.</summary>
public enum ReadPolicy
{
    /// <summary>Chosen by the volume: the only striped plex if there is exactly one, else round robin.</summary>
    Select = 1,

    /// <summary>In turn.</summary>
    Round = 2,

    /// <summary>The preferred plex while it is readable.</summary>
    Prefer = 3,
}
