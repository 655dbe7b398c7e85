using System.Globalization;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>The part that libraries of arrays with a vendor page share: from the page to the claim.</summary>
internal static class ArrayPageClaim
{
    /// <summary>
    /// The claim, or null when the cabinet or the LUN does not tell its serial. <paramref name="prefix"/> stands before
    /// the array type where the family shows one, as in IBMSVC-ALUA.
    /// </summary>
    public static ArrayClaim? From(
        InquiryReplies replies,
        IArraySupportLibrary library,
        string enclosureType,
        VolumeIdForm form,
        string prefix = "")
    {
        if (replies.ArrayPage is not { CabinetSerial.Length: > 0 } page || replies.UnitSerial.Length == 0)
        {
            return null;
        }

        return new ArrayClaim(enclosureType, library.FileName, page.CabinetSerial, replies.UnitSerial,
            VolumeId(page.ArrayVolumeId, form), ArrayType(page.Access, prefix),
            page.Firmware.Length > 0 ? page.Firmware : "-", TypeOfPath(page, replies));
    }

    /// <summary>The volume id as the array shows it; empty when the page holds something else.</summary>
    public static string VolumeId(string text, VolumeIdForm form) => form switch
    {
        VolumeIdForm.Hexadecimal when text.Length is > 0 and <= 16 && text.All(char.IsAsciiHexDigit) =>
            text.ToLowerInvariant().PadLeft(4, '0'),
        VolumeIdForm.Decimal when long.TryParse(text, NumberStyles.None, null, out long number) =>
            number.ToString(),
        VolumeIdForm.None or VolumeIdForm.Hexadecimal or VolumeIdForm.Decimal => "",
    };

    private static string ArrayType(ArrayAccess access, string prefix) => access switch
    {
        ArrayAccess.ActiveActive => "A/A",
        ArrayAccess.Alua => $"{prefix}ALUA",
        ArrayAccess.ActivePassive => $"{prefix}A/P",
        ArrayAccess.ActivePassiveExplicit => $"{prefix}A/PF",
        ArrayAccess.Disk => "Disk",
    };

    /// <summary>
    /// With ALUA the group of the port says how good it is now; else the page says which one should own the LUN.
    /// </summary>
    private static PathType TypeOfPath(ArrayPage page, InquiryReplies replies)
    {
        int portGroup = replies.PortGroup;
        bool isPreferred = page.PreferredPortGroup == 0 || page.PreferredPortGroup == portGroup;
        if (page.Access == ArrayAccess.Alua && replies.PortGroups.Any(group => group.Number == portGroup))
        {
            isPreferred = replies.PortGroups.First(group => group.Number == portGroup).State
                == PortGroupState.ActiveOptimized;
        }

        return page.Access switch
        {
            ArrayAccess.ActiveActive or ArrayAccess.Disk => PathType.None,
            ArrayAccess.Alua => isPreferred ? PathType.ActiveOptimized : PathType.ActiveNonOptimized,
            ArrayAccess.ActivePassive or ArrayAccess.ActivePassiveExplicit =>
                isPreferred ? PathType.Primary : PathType.Secondary,
        };
    }
}
