using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// An array support library (ASL): knows one family of arrays. It sees nothing of a device but its INQUIRY bytes.
/// </summary>
internal interface IArraySupportLibrary
{
    /// <summary>File name that listings show, such as libvxemc.so.</summary>
    string FileName { get; }

    /// <summary>What it knows, for listings.</summary>
    SupportedArray Support { get; }

    /// <summary>What the device is, or null when it is not of this family or does not tell enough to be sure.</summary>
    ArrayClaim? Claim(InquiryReplies replies);
}

/// <summary>What a library, or a category, says of a device on one path.</summary>
/// <param name="EnclosureType">Type of the enclosure, such as EMC; its lower case begins the enclosure's name.</param>
/// <param name="Asl">The library's file name.</param>
/// <param name="CabinetSerial">Serial of the cabinet.</param>
/// <param name="LunSerial">Serial of the LUN; empty in category OTHER_DISKS.</param>
/// <param name="ArrayVolumeId">Index part of the name; empty: numbered by the rank of the LUN serial.</param>
/// <param name="ArrayType">Array type as listings show it.</param>
/// <param name="Firmware">Firmware version, or `-`.</param>
/// <param name="PathType">What this path is worth.</param>
internal sealed record ArrayClaim(
    string EnclosureType,
    string Asl,
    string CabinetSerial,
    string LunSerial,
    string ArrayVolumeId,
    string ArrayType,
    string Firmware,
    PathType PathType)
{
    /// <summary>Whether enclosures of this type are numbered; the categories exist once and are not.</summary>
    public bool IsNumbered { get; init; } = true;

    /// <summary>How its paths are used as long as nothing is set; null: as the array type says.</summary>
    public IoPolicy? Policy { get; init; }

    /// <summary>Whether the device can be recognised by itself, whatever path and host it is seen from.</summary>
    public bool HasStableIdentity => LunSerial.Length > 0;
}
