using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>Hitachi 9500 and its kin (DF600): active/passive; enclosures hds9500v0; decimal LUN ids.</summary>
internal sealed class HitachiDfLibrary : IArraySupportLibrary
{
    public string FileName => "libvxhds9500.so";

    public SupportedArray Support => new(FileName, "HITACHI", "DF600*", "A/P", "HDS9500V");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard.Vendor is "HITACHI" && replies.Standard.Product.StartsWith("DF600", StringComparison.Ordinal)
            ? ArrayPageClaim.From(replies, this, "HDS9500V", VolumeIdForm.Decimal)
            : null;
}
