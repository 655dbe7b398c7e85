namespace VolMgr.Volumes.OnDisk;

/// <summary>How a LUN is to be initialised.</summary>
public sealed record VmDiskOptions
{
    /// <summary>Device name, for messages.</summary>
    public required string DeviceName { get; init; }

    /// <summary>Identity of the disk: unix time, counter, host (vxvm.md 1.6). Unique for ever.</summary>
    public required string DiskId { get; init; }

    /// <summary>Identity of the LUN as discovered.</summary>
    public string Udid { get; init; } = "";

    /// <summary>Bytes of the private region: a multiple of 8 KiB.</summary>
    public long PrivateLength { get; init; } = PrivateRegion.DefaultLength;
}

/// <summary>What the header of a LUN says.</summary>
/// <param name="Status">Valid, or why there is no header.</param>
/// <param name="Header">The header; null unless valid.</param>
/// <param name="Device">How the device answered.</param>
public sealed record DiskHeaderReading(ReadStatus Status, DiskHeader? Header, Blocks.IoStatus Device);

/// <summary>The end of a rewrite of the header.</summary>
/// <param name="Status">Success, or why it is not certain which of the two headers is on the disk.</param>
/// <param name="Header">The header as written, with its new sequence.</param>
public sealed record DiskHeaderWritten(Blocks.IoStatus Status, DiskHeader Header);

/// <summary>A disk that may belong to a group, as a host sees it.</summary>
/// <param name="DeviceName">Device (DA) name.</param>
/// <param name="Lun">The LUN; the caller keeps it open while a store uses it.</param>
/// <param name="Header">Its header, as read.</param>
public sealed record GroupDisk(string DeviceName, Blocks.IBlockDevice Lun, DiskHeader Header);
