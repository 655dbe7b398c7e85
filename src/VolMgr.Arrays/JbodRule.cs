using System.Globalization;
using VolMgr.Arrays.Libraries;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays;

/// <summary>
/// Disks that are claimed by vendor and product into category Disk (`vxddladm addjbod`), with where their serial, and
/// that of their cabinet, is: `opcode/pagecode/offset/length`, the page code in hexadecimal, -1 for standard INQUIRY
/// data.
/// </summary>
public sealed record JbodRule
{
    private const int Inquiry = 0x12;

    private readonly Field serial;
    private readonly Field? cabinet;

    private JbodRule(string vendor, string product, Field serial, Field? cabinet, string policy)
    {
        Vendor = vendor;
        Product = product;
        this.serial = serial;
        this.cabinet = cabinet;
        Policy = policy;
    }

    /// <summary>Vendor.</summary>
    public string Vendor { get; }

    /// <summary>Product; empty for every product of the vendor.</summary>
    public string Product { get; }

    /// <summary>Where the serial is, as it was given.</summary>
    public string Text => serial.Text;

    /// <summary>Where the cabinet's serial is, as it was given; null: all these disks are in one cabinet.</summary>
    public string? CabinetText => cabinet?.Text;

    /// <summary>How the paths are used: `aa` all of them, `ap` one at a time; empty when nothing was said.</summary>
    public string Policy { get; }

    internal string Key => KeyOf(Vendor, Product);

    /// <summary>Place of the serial as `listjbod` shows it.</summary>
    public string Shown => serial.Shown;

    /// <summary>Place of the cabinet's serial as `listjbod` shows it; a dash where none was given.</summary>
    public string CabinetShown => cabinet?.Shown ?? "-";

    /// <summary>
    /// A rule, or null when a vendor is missing, a place is not understood, or the policy is neither `aa` nor `ap`.
    /// </summary>
    public static JbodRule? Create(
        string vendor, string product, string text, string? cabinetText = null, string? policy = null)
    {
        Field? serial = Field.Parse(text);
        Field? cabinet = cabinetText is null ? null : Field.Parse(cabinetText);
        return vendor.Length > 0 && serial is not null && (cabinetText is null || cabinet is not null)
            && policy is null or "" or "aa" or "ap"
            ? new JbodRule(vendor, product, serial, cabinet, policy ?? "")
            : null;
    }

    /// <summary>Whether a place in SCSI data can be read: `opcode/pagecode/offset/length`, opcode INQUIRY.</summary>
    public static bool IsPlace(string text) => Field.Parse(text) is not null;

    internal static string KeyOf(string vendor, string product) => $"{vendor}:{product}";

    internal static JbodRule? Parse(string key, string text, string? cabinetText, string? policy)
    {
        string[] parts = key.Split(':', 2);
        return parts.Length == 2 ? Create(parts[0], parts[1], text, cabinetText, policy) : null;
    }

    /// <summary>What it makes of a device; null when it is another one or tells no serial there.</summary>
    internal ArrayClaim? Claim(InquiryReplies replies)
    {
        if (replies.Standard.Vendor != Vendor || (Product.Length > 0 && replies.Standard.Product != Product))
        {
            return null;
        }

        string number = serial.Read(replies);
        string cabinetNumber = cabinet?.Read(replies) ?? "";
        return number.Length == 0
            ? null
            : new ArrayClaim("Disk", "scsi3_jbod",
                cabinetNumber.Length > 0 ? cabinetNumber : ArraySupportLibraries.Disks, number, "", "Disk",
                replies.Standard.Revision, PathType.None)
            {
                IsNumbered = cabinetNumber.Length > 0,
                Policy = Policy == "ap" ? IoPolicy.SingleActive : null,
            };
    }

    /// <summary>A place in the answers to INQUIRY.</summary>
    private sealed record Field(string Text, int Page, int Offset, int Length)
    {
        private const string MinusOne = "-1";

        /// <summary>A page that was given with a leading zero shows as -1, as is known of the real command.</summary>
        public string Shown
        {
            get
            {
                string[] parts = Text.Split('/');
                string page = parts[1].StartsWith('0') && parts[1].Length > 1 ? MinusOne : parts[1];
                return $"{Inquiry}/{page}/{Offset}/{Length}";
            }
        }

        public static Field? Parse(string text) => text.Split('/') is [var opcode, var page, var offset, var length]
            && Number(opcode) == Inquiry && PageOf(page) is { } code
            && Number(offset) is >= 0 and < 256 and var from && Number(length) is > 0 and < 256 and var size
            ? new Field(text, code, from, size)
            : null;

        public string Read(InquiryReplies replies)
        {
            ReadOnlyMemory<byte> data = Page < 0 ? replies.StandardBytes : replies.PageBytes((byte)Page);
            int length = Math.Min(Length, data.Length - Offset);
            return length > 0 ? ScsiText.Read(data.Span.Slice(Offset, length)) : "";
        }

        private static int? PageOf(string text) => text == MinusOne ? -1
            : int.TryParse(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text, NumberStyles.HexNumber,
                CultureInfo.InvariantCulture, out int page) && page is >= 0 and < 256 ? page : null;

        private static int? Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
            ? int.TryParse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int hexadecimal)
                ? hexadecimal : null
            : int.TryParse(text, out int number) ? number : null;
    }
}
