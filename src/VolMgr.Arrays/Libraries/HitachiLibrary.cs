using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// Hitachi USP and VSP, whose product is the emulation type: enclosures hitachi_vsp0; LDEV ids of four hexadecimal
/// digits.
/// </summary>
internal sealed class HitachiLibrary : IArraySupportLibrary
{
    public string FileName => "libvxhdsvsp.so";

    public SupportedArray Support => new(FileName, "HITACHI", "OPEN-*", "A/A", "Hitachi_VSP");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard.Vendor is "HITACHI" && replies.Standard.Product.StartsWith("OPEN-", StringComparison.Ordinal)
            ? ArrayPageClaim.From(replies, this, "Hitachi_VSP", VolumeIdForm.Hexadecimal)
            : null;
}
