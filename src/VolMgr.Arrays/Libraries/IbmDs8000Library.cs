using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// IBM DS8000 (machine type 2107): enclosures ibm_ds8x000; four hexadecimal digits, subsystem and volume.
/// </summary>
internal sealed class IbmDs8000Library : IArraySupportLibrary
{
    public string FileName => "libvxibmds8k.so";

    public SupportedArray Support => new(FileName, "IBM", "2107", "A/A", "IBM_DS8x00");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard.Vendor is "IBM" && replies.Standard.Product.StartsWith("2107", StringComparison.Ordinal)
            ? ArrayPageClaim.From(replies, this, "IBM_DS8x00", VolumeIdForm.Hexadecimal)
            : null;
}
