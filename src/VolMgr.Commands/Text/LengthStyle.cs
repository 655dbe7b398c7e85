using System.Globalization;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Text;

/// <summary>
/// How a listing writes lengths and offsets: sectors as a plain number, in another unit with two decimals and its
/// letter (<c>-u m</c>), in the unit that fits (<c>-u h</c>), or in hexadecimal (<c>-x</c>).
/// </summary>
internal sealed record LengthStyle
{
    private const string Units = "kmgtp";

    private readonly char unit = 's';
    private readonly bool isHexadecimal;

    private LengthStyle(char unit, bool isHexadecimal)
    {
        this.unit = unit;
        this.isHexadecimal = isHexadecimal;
    }

    /// <summary>Decimal sectors.</summary>
    public static LengthStyle Sectors { get; } = new('s', isHexadecimal: false);

    /// <summary>Reads the value of <c>-u</c>; null stands for sectors.</summary>
    public static Outcome<LengthStyle> Parse(string? letter, bool isHexadecimal)
    {
        string text = (letter ?? "s").ToLowerInvariant();
        if (text is not [var unit] || !(Units + "sbh").Contains(unit))
        {
            return new Refusal(ErrorCode.Usage, $"-u {letter}: Expected one of the units s, b, k, m, g, t, p, h");
        }

        return isHexadecimal && unit is not ('s' or 'b')
            ? new Refusal(ErrorCode.Usage, $"-x: Option cannot be combined with -u {letter}")
            : new LengthStyle(unit, isHexadecimal);
    }

    /// <summary>Bytes as text.</summary>
    public string Of(long bytes)
    {
        if (unit is 's' or 'b')
        {
            long sectors = Sizes.InSectors(bytes);
            return isHexadecimal ? $"0x{sectors:x}" : $"{sectors}";
        }

        int index = unit == 'h' ? Fitting(bytes) : Units.IndexOf(unit);
        double value = bytes / (double)(1L << (10 * (index + 1)));
        return value.ToString("F2", CultureInfo.InvariantCulture) + Units[index];
    }

    private static int Fitting(long bytes)
    {
        int index = 0;
        while (index < Units.Length - 1 && bytes >= 1L << (10 * (index + 2)))
        {
            index++;
        }

        return index;
    }
}
