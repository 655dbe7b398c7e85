namespace VolMgr.Volumes.Hosts;

/// <summary>How <c>vxdisksetup -i</c> prepares a disk.</summary>
public sealed record DiskInitializeRequest
{
    /// <summary>Length of the private region in bytes; null for the default of 32 MiB.</summary>
    public long? PrivateLength { get; init; }

    /// <summary>Prepare a disk even if it belongs to a group that is not imported here (<c>-f</c>).</summary>
    public bool IsForced { get; init; }

    /// <summary>Ignore the lock of another host (<c>-C</c>).</summary>
    public bool ClearsHostLock { get; init; }
}

/// <summary>How <c>vxdg init</c> creates a group.</summary>
public sealed record GroupCreateRequest
{
    /// <summary>Disk group version; it decides what a crash does to a plex that is being attached.</summary>
    public int Version { get; init; } = 200;

    /// <summary>Whether offsets and lengths are kept at multiples of 8 KiB.</summary>
    public bool IsCds { get; init; } = true;

    /// <summary>First minor number; null for the default.</summary>
    public int? BaseMinor { get; init; }
}

/// <summary>How <c>vxdg import</c> takes a group over.</summary>
public sealed record GroupImportRequest
{
    /// <summary>Accept missing disks and a minority of configuration copies (<c>-f</c>).</summary>
    public bool IsForced { get; init; }

    /// <summary>Take the group although another host holds its lock (<c>-C</c>).</summary>
    public bool ClearsHostLock { get; init; }

    /// <summary>Leave all volumes stopped.</summary>
    public bool LeavesVolumesStopped { get; init; }

    /// <summary>Start volumes and recover nothing of them until somebody asks for it.</summary>
    public bool LeavesUnrecovered { get; init; }

    /// <summary>The group's new name (<c>-n</c>), or null.</summary>
    public string? NewName { get; init; }

    /// <summary>Not imported again at the next boot (<c>-t</c>).</summary>
    public bool IsTemporary { get; init; }

    /// <summary>The headers get the identities of their LUNs first: clones become disks of their own
    /// (<c>-o updateid</c>).</summary>
    public bool UpdatesIdentities { get; init; }

    /// <summary>Import from the copies that an array made of the group's disks (<c>-o useclonedev=on</c>).</summary>
    public bool UsesClones { get; init; }
}

/// <summary>How <c>vxdg deport</c> gives a group up.</summary>
public sealed record GroupDeportRequest
{
    /// <summary>The host that shall import the group at its next boot (<c>-h</c>), or null for none.</summary>
    public string? NewHostId { get; init; }

    /// <summary>The group's new name (<c>-n</c>), or null.</summary>
    public string? NewName { get; init; }
}
