using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// EMC CLARiiON and VNX, whose product names the RAID type: enclosures emc_clariion0; decimal volume ids.
/// </summary>
internal sealed class EmcClariionLibrary : IArraySupportLibrary
{
    public string FileName => "libvxCLARiiON.so";

    public SupportedArray Support => new(FileName, "DGC", "all", "CLR-ALUA, CLR-A/PF", "EMC_CLARiiON");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard.Vendor is "DGC"
            ? ArrayPageClaim.From(replies, this, "EMC_CLARiiON", VolumeIdForm.Decimal, "CLR-")
            : null;
}
