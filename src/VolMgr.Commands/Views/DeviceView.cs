using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Commands.Views;

/// <summary>What listings show of one disk device of the host.</summary>
internal sealed record DeviceView
{
    /// <summary>Device (DA) name.</summary>
    public required string Name { get; init; }

    /// <summary>What the host found on it.</summary>
    public required DeviceStatus Status { get; init; }

    /// <summary>Its header, or null.</summary>
    public DiskHeader? Header { get; init; }

    /// <summary>Group that the header names; empty when in none.</summary>
    public string GroupName { get; init; } = "";

    /// <summary>Identity of that group.</summary>
    public string GroupId { get; init; } = "";

    /// <summary>Whether that group is imported here.</summary>
    public bool IsImported { get; init; }

    /// <summary>Name of the disk in its imported group.</summary>
    public string DiskMediaName { get; init; } = "";

    /// <summary>Whether the imported group has lost all its configuration copies.</summary>
    public bool IsGroupDisabled { get; init; }

    /// <summary>Whether the group's record marks the disk as failing, spare, reserved or excluded: words for
    /// STATUS.</summary>
    public IReadOnlyList<string> RecordWords { get; init; } = [];

    /// <summary>Whether the configuration copy on it is in use.</summary>
    public bool HoldsConfiguration { get; init; }

    /// <summary>Whether the LUN is thinly provisioned and can be reclaimed.</summary>
    public bool IsThin { get; init; }

    /// <summary>Unique disk identifier.</summary>
    public string Udid { get; init; } = "";

    /// <summary>Operating system name of the first path.</summary>
    public string OsName { get; init; } = "";

    /// <summary>Enclosure name.</summary>
    public string Enclosure { get; init; } = "";

    /// <summary>Enclosure type.</summary>
    public string EnclosureType { get; init; } = "";

    /// <summary>Its paths.</summary>
    public IReadOnlyList<PathView> Paths { get; init; } = [];

    /// <summary>Whether the identity in the header is not that of the LUN: a copy made by an array.</summary>
    public bool HasForeignUdid =>
        Header is { Udid.Length: > 0 } header && !string.Equals(header.Udid, Udid, StringComparison.Ordinal);
}

/// <summary>What listings show of one path.</summary>
/// <param name="Name">Operating system name.</param>
/// <param name="Controller">Controller.</param>
/// <param name="State">ENABLED(A), ENABLED, DISABLED or DISABLED(M).</param>
/// <param name="Type">PRIMARY, SECONDARY, an ALUA word, or a dash.</param>
internal sealed record PathView(string Name, string Controller, string State, string Type)
{
    /// <summary>Whether I/O may use it.</summary>
    public bool IsEnabled => State.StartsWith("ENABLED", StringComparison.Ordinal);
}

/// <summary>What listings show of an enclosure.</summary>
internal sealed record EnclosureView(
    string Name, string Type, string Serial, bool IsConnected, string ArrayType, int LunCount, string Firmware);
