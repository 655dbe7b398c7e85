using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>Pure FlashArray: enclosures pure0; volume ids of four hexadecimal digits.</summary>
internal sealed class PureLibrary : IArraySupportLibrary
{
    public string FileName => "libvxpure.so";

    public SupportedArray Support => new(FileName, "PURE", "FlashArray", "ALUA", "PURE");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard is { Vendor: "PURE", Product: "FlashArray" }
            ? ArrayPageClaim.From(replies, this, "PURE", VolumeIdForm.Hexadecimal)
            : null;
}
