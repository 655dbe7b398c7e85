using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>HPE 3PAR and Primera: enclosures 3pardata0; decimal virtual volume ids.</summary>
internal sealed class Hpe3ParLibrary : IArraySupportLibrary
{
    public string FileName => "libvx3par.so";

    public SupportedArray Support => new(FileName, "3PARdata", "VV", "A/A", "3PARDATA");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard is { Vendor: "3PARdata", Product: "VV" }
            ? ArrayPageClaim.From(replies, this, "3PARDATA", VolumeIdForm.Decimal)
            : null;
}
