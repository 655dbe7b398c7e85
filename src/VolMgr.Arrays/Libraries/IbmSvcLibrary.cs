using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// IBM SAN Volume Controller and Storwize (machine type 2145): enclosures san_vc0; decimal virtual disk ids.
/// </summary>
internal sealed class IbmSvcLibrary : IArraySupportLibrary
{
    public string FileName => "libvxibmsvc.so";

    public SupportedArray Support => new(FileName, "IBM", "2145", "IBMSVC-ALUA", "SAN_VC");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard is { Vendor: "IBM", Product: "2145" }
            ? ArrayPageClaim.From(replies, this, "SAN_VC", VolumeIdForm.Decimal, "IBMSVC-")
            : null;
}
