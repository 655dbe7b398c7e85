using System.Globalization;
using VolMgr.Arrays.Libraries;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays;

/// <summary>
/// Disks that are claimed by vendor and product into category Disk (`vxddladm addjbod`), with where their serial is:
/// `opcode/pagecode/offset/length`, the page code in hexadecimal, -1 for standard INQUIRY data.
/// </summary>
public sealed record JbodRule
{
    private const int Inquiry = 0x12;

    private JbodRule(string vendor, string product, string text)
    {
        Vendor = vendor;
        Product = product;
        Text = text;
    }

    /// <summary>Vendor.</summary>
    public string Vendor { get; }

    /// <summary>Product; empty for every product of the vendor.</summary>
    public string Product { get; }

    /// <summary>Where the serial is, as it was given.</summary>
    public string Text { get; }

    internal string Key => KeyOf(Vendor, Product);

    /// <summary>Page code as `listjbod` shows it: one that was given with a leading zero shows as -1, as is known of
    /// the real command.</summary>
    public string Shown
    {
        get
        {
            string[] parts = Text.Split('/');
            string page = parts[1].StartsWith('0') && parts[1].Length > 1 ? "-1" : parts[1];
            return $"{Number(parts[0])}/{page}/{Number(parts[2])}/{Number(parts[3])}";
        }
    }

    /// <summary>A rule, or null when the place of the serial is not understood.</summary>
    public static JbodRule? Create(string vendor, string product, string text)
    {
        string[] parts = text.Split('/');
        return vendor.Length > 0 && parts.Length == 4 && Number(parts[0]) == Inquiry && PageOf(parts[1]) is not null
            && Number(parts[2]) is >= 0 and < 256 && Number(parts[3]) is > 0 and < 256
            ? new JbodRule(vendor, product, text)
            : null;
    }

    internal static string KeyOf(string vendor, string product) => $"{vendor}:{product}";

    internal static JbodRule? Parse(string key, string text)
    {
        string[] parts = key.Split(':', 2);
        return parts.Length == 2 ? Create(parts[0], parts[1], text) : null;
    }

    /// <summary>What it makes of a device; null when it is another one or tells no serial there.</summary>
    internal ArrayClaim? Claim(InquiryReplies replies)
    {
        if (replies.Standard.Vendor != Vendor || (Product.Length > 0 && replies.Standard.Product != Product))
        {
            return null;
        }

        string[] parts = Text.Split('/');
        int page = PageOf(parts[1]) ?? -1;
        ReadOnlyMemory<byte> data = page < 0 ? replies.StandardBytes : replies.PageBytes((byte)page);
        int offset = Number(parts[2]) ?? 0;
        int length = Math.Min(Number(parts[3]) ?? 0, data.Length - offset);
        string serial = length > 0 ? ScsiText.Read(data.Span.Slice(offset, length)) : "";
        return serial.Length == 0
            ? null
            : new ArrayClaim("Disk", "scsi3_jbod", ArraySupportLibraries.Disks, serial, "", "Disk",
                replies.Standard.Revision, PathType.None)
            { IsNumbered = false };
    }

    private static int? PageOf(string text) => text == "-1" ? -1
        : int.TryParse(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text, NumberStyles.HexNumber,
            CultureInfo.InvariantCulture, out int page) && page is >= 0 and < 256 ? page : null;

    private static int? Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? int.TryParse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int hexadecimal)
            ? hexadecimal : null
        : int.TryParse(text, out int number) ? number : null;
}
