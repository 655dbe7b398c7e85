using VolMgr.Arrays;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Hosts;

/// <summary>What the host found when it last looked at a device.</summary>
public enum DeviceStatus
{
    /// <summary>A VM disk with a readable header.</summary>
    Online = 1,

    /// <summary>It answers, and carries no header of a VM disk.</summary>
    OnlineInvalid = 2,

    /// <summary>It does not answer, or its header is damaged.</summary>
    Error = 3,

    /// <summary>It was taken offline by hand and is not looked at.</summary>
    Offline = 4,
}

/// <summary>
/// A disk access (DA) record: one device as this host knows it. Local to the host, in no group's records.
/// </summary>
public sealed record DiskDevice
{
    /// <summary>Device name, such as <c>emc0_01f4</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The multipathed device.</summary>
    public required DmpNode Node { get; init; }

    /// <summary>Header of the VM disk; null unless <see cref="DeviceStatus.Online"/>.</summary>
    public DiskHeader? Header { get; init; }

    /// <summary>What the host found.</summary>
    public required DeviceStatus Status { get; init; }

    /// <summary>
    /// Whether the header was written on another LUN: a copy that an array made, or a LUN whose identity changed.
    /// </summary>
    public bool IsClone =>
        Header is { Udid.Length: > 0 } header && !string.Equals(header.Udid, Node.Udid, StringComparison.Ordinal);

    /// <summary>Identity of the disk group that the header names; empty when in none.</summary>
    public string GroupId { get; init; } = "";

    /// <summary>Name of that group; empty when in none.</summary>
    public string GroupName { get; init; } = "";

    /// <summary>Whether the group is imported on this host.</summary>
    public bool IsImported { get; init; }

    /// <summary>Name of the disk in its imported group; empty otherwise.</summary>
    public string DiskMediaName { get; init; } = "";
}
