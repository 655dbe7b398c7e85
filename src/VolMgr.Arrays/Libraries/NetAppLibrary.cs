using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>NetApp Data ONTAP, 7-Mode and C-Mode: enclosures netapp0; decimal LUN ids.</summary>
internal sealed class NetAppLibrary : IArraySupportLibrary
{
    public string FileName => "libvxnetapp.so";

    public SupportedArray Support => new(FileName, "NETAPP", "LUN*", "ALUA", "NETAPP");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard.Vendor is "NETAPP" && replies.Standard.Product.StartsWith("LUN", StringComparison.Ordinal)
            ? ArrayPageClaim.From(replies, this, "NETAPP", VolumeIdForm.Decimal)
            : null;
}
