using System.Globalization;

namespace VolMgr.Arrays.Topology;

/// <summary>
/// Sizes in `lab.yaml`: a whole number of bytes, or of KiB, MiB, GiB, TiB with the suffix k, m, g, t in either case.
/// </summary>
internal static class SizeText
{
    /// <summary>Largest LUN, 1 EiB: sums over many LUNs stay far inside 63 bits.</summary>
    public const long Largest = 1L << 60;

    private const string Suffixes = "kmgt";
    private const string Form = "write bytes, or a number with k, m, g or t such as 1g";

    /// <summary>The size, or (negative) with what is wrong with the text.</summary>
    public static (long Size, string Problem) Parse(string text)
    {
        string shown = $"'{YamlTree.Printable(text)}'";
        int power = text.Length == 0
            ? 0
            : Suffixes.IndexOf(char.ToLowerInvariant(text[^1]), StringComparison.Ordinal) + 1;
        string digits = power > 0 ? text[..^1] : text;
        if (digits.StartsWith('-') && digits.Length > 1 && digits[1..].All(char.IsAsciiDigit))
        {
            return (-1, $"{shown} is negative; {Form}.");
        }

        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            return (-1, $"{shown} is not a size; {Form}.");
        }

        if (!Int128.TryParse(digits, NumberStyles.None, null, out Int128 number) || number > Largest
            || number << (10 * power) > Largest)
        {
            return (-1, $"{shown} is larger than a LUN can be; write at most 1048576t.");
        }

        long size = (long)(number << (10 * power));
        return size == 0 ? (-1, $"{shown} is no size for a LUN; write at least 512.")
            : size % 512 != 0 ? (-1, $"{shown} is not a multiple of 512; round it to whole sectors.")
            : (size, "");
    }

    /// <summary>The shortest exact text.</summary>
    public static string Format(long size)
    {
        for (int power = Suffixes.Length; power > 0; power--)
        {
            if (size % (1L << (10 * power)) == 0)
            {
                return $"{size >> (10 * power)}{Suffixes[power - 1]}";
            }
        }

        return size.ToString();
    }
}
