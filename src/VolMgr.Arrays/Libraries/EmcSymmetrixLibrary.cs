using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>EMC Symmetrix, DMX and VMAX: enclosures emc0, emc1; volume ids of four hexadecimal digits.</summary>
internal sealed class EmcSymmetrixLibrary : IArraySupportLibrary
{
    public string FileName => "libvxemc.so";

    public SupportedArray Support => new(FileName, "EMC", "SYMMETRIX", "A/A", "EMC");

    public ArrayClaim? Claim(InquiryReplies replies) =>
        replies.Standard is { Vendor: "EMC", Product: "SYMMETRIX" }
            ? ArrayPageClaim.From(replies, this, "EMC", VolumeIdForm.Hexadecimal)
            : null;
}
