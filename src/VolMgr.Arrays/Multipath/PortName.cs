using System.Security.Cryptography;
using System.Text;

namespace VolMgr.Arrays.Multipath;

/// <summary>
/// World wide names of array ports: 5, the company id of the array's kind, 24 bits of a hash over the cabinet, and the
/// number of the port.
/// </summary>
internal static class PortName
{
    public static string Of(ArrayTopology array, int port)
    {
        int company = ArrayKinds.Find(array.Kind)?.Company ?? 0;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{array.Vendor}\n{array.Serial}"));
        string digits = $"5{company:x6}{Convert.ToHexStringLower(hash)[..7]}{port & 0xFF:x2}";
        return string.Join(':', Enumerable.Range(0, 8).Select(index => digits.Substring(2 * index, 2)));
    }
}
