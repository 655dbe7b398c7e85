namespace VolMgr.Volumes.OnDisk;

/// <summary>How a new group is created.</summary>
public sealed record StoreOptions
{
    /// <summary>The host that will have the group imported.</summary>
    public required string HostId { get; init; }

    /// <summary>Boot leaves the group alone.</summary>
    public bool IsNoAutoImport { get; init; }
}

/// <summary>How a group is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>The importing host.</summary>
    public required string HostId { get; init; }

    /// <summary>What the user asked for, name or group id; for messages.</summary>
    public required string Group { get; init; }

    /// <summary>Import although too few of the disks are there (-f).</summary>
    public bool Force { get; init; }

    /// <summary>Import although another host holds the group (-C).</summary>
    public bool ClearHostLock { get; init; }

    /// <summary>The group's new name (-n); null keeps it.</summary>
    public string? NewName { get; init; }

    /// <summary>The new name is for this import only, and boot leaves the group alone (-t).</summary>
    public bool IsTemporary { get; init; }
}

/// <summary>Disks that join or leave a group together with a change of its records.</summary>
public sealed record StoreMembership
{
    /// <summary>Disks that get a header of the group and a configuration copy. A member that was dropped joins
    /// again.</summary>
    public IReadOnlyList<GroupDisk> Joining { get; init; } = [];

    /// <summary>Disk ids whose copy is given up and whose header is cleared.</summary>
    public IReadOnlyList<string> LeavingDiskIds { get; init; } = [];
}

/// <summary>A disk that holds the current configuration.</summary>
/// <param name="DeviceName">Device (DA) name.</param>
/// <param name="Header">Its header as last written.</param>
public sealed record ConfigurationHolder(string DeviceName, DiskHeader Header)
{
    /// <summary>Identity of the disk.</summary>
    public string DiskId => Header.DiskId;
}
