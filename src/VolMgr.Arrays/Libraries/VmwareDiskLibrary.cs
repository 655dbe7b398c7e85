using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// VMware virtual disks of a guest with disk.EnableUUID: the UUID, 32 hexadecimal digits, is the serial; names are
/// vmdk0_0, vmdk0_1 by rank. Without the UUID the disk is not claimed.
/// </summary>
internal sealed class VmwareDiskLibrary : IArraySupportLibrary
{
    private const int UuidDigits = 32;

    public string FileName => "libvxvmdk.so";

    public SupportedArray Support => new(FileName, "VMware", "Virtual disk", "Disk", "VMDK");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard is { Vendor: "VMware", Product: "Virtual disk" }
        && replies.UnitSerial.Length == UuidDigits
        && replies.UnitSerial.All(char.IsAsciiHexDigit)
            ? new ArrayClaim("VMDK", FileName, "VMDK", replies.UnitSerial, "", "Disk", replies.Standard.Revision,
                PathType.None)
            : null;
}
