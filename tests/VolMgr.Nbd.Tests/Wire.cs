using System.Globalization;
using System.Text;

namespace VolMgr.Nbd.Tests;

/// <summary>
/// Bytes as transcripts write them: hexadecimal with any spaces between, text in apostrophes, and a byte that is
/// repeated as 61*4096.
/// </summary>
internal static class Wire
{
    public const string OptionMagic = "49484156454F5054 ";
    public const string OptionReplyMagic = "0003E889045565A9 ";

    public static byte[] Bytes(string script)
    {
        List<byte> bytes = [];
        foreach (string word in script.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            int star = word.IndexOf('*', StringComparison.Ordinal);
            if (word[0] == '\'')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(word.Trim('\'').Replace('_', ' ')));
            }
            else if (star >= 0)
            {
                byte value = byte.Parse(word.AsSpan(0, star), NumberStyles.HexNumber);
                bytes.AddRange(Enumerable.Repeat(value, int.Parse(word.AsSpan(star + 1))));
            }
            else
            {
                bytes.AddRange(Convert.FromHexString(word));
            }
        }

        return [.. bytes];
    }

    /// <summary>An option with its data.</summary>
    public static string Option(uint option, string data = "") =>
        $"{OptionMagic}{option:X8} {Bytes(data).Length:X8} {data} ";

    /// <summary>A reply to an option with its data.</summary>
    public static string Reply(uint option, uint type, string data = "") =>
        $"{OptionReplyMagic}{option:X8} {type:X8} {Bytes(data).Length:X8} {data} ";

    /// <summary>A string with its length before it.</summary>
    public static string Text(string text) =>
        $"{Encoding.UTF8.GetByteCount(text):X8} {Convert.ToHexString(Encoding.UTF8.GetBytes(text))} ";
}
