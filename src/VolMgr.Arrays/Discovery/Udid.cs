using System.Text;
using VolMgr.Arrays.Libraries;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Discovery;

/// <summary>
/// Unique disk identifiers: vendor, product, cabinet serial and LUN serial joined by underscores; everything but ASCII
/// letters, digits, `.` and `-` is percent-encoded, the joining underscores too.
/// </summary>
internal static class Udid
{
    public static string Of(StandardInquiry standard, ArrayClaim claim, string hostName, string osName) =>
        Encode(claim.HasStableIdentity
            ? $"{standard.Vendor}_{standard.Product}_{claim.CabinetSerial}_{claim.LunSerial}"
            : $"{standard.Vendor}_{standard.Product}_{claim.CabinetSerial}_{hostName}_/dev/{osName}");

    public static string Encode(string text)
    {
        StringBuilder encoded = new(text.Length + 16);
        foreach (byte unit in Encoding.UTF8.GetBytes(text))
        {
            char letter = (char)unit;
            if (char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-')
            {
                encoded.Append(letter);
            }
            else
            {
                encoded.Append('%').Append(unit.ToString("X2"));
            }
        }

        return encoded.ToString();
    }
}
