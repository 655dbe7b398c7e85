using VolMgr.Volumes;

namespace VolMgr.Commands.Parsing;

/// <summary>
/// Lengths and offsets as the vx* commands take them: digits and an optional unit, in either case. Without a unit the
/// number counts sectors of 512 bytes (vxvm.md 1.3).
/// </summary>
internal static class Sizes
{
    /// <summary>Bytes of a sector in all texts.</summary>
    public const int Sector = 512;

    private const string UnitLetters = "sbkmgtp";

    /// <summary>Bytes as sectors.</summary>
    public static long InSectors(long bytes) => bytes / Sector;

    /// <summary>Reads a size, in bytes; zero is a size.</summary>
    public static Outcome<long> Parse(string text)
    {
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        string unit = text[digits..].ToLowerInvariant();
        int unitIndex = unit.Length == 0 ? 0 : UnitLetters.IndexOf(unit[0]);
        if (digits == 0 || unit.Length > 1 || unitIndex < 0)
        {
            return new Refusal(
                ErrorCode.Usage, $"{text}: Invalid length; use digits and one of the units s, b, k, m, g, t, p");
        }

        long unitBytes = unitIndex < 2 ? Sector : 1L << (10 * (unitIndex - 1));
        return long.TryParse(text.AsSpan(0, digits), out long count) && count <= long.MaxValue / unitBytes
            ? count * unitBytes
            : new Refusal(ErrorCode.Usage, $"{text}: Length is too large");
    }

    /// <summary>Reads a length that has to be at least one byte.</summary>
    public static Outcome<long> ParsePositive(string text)
    {
        Outcome<long> size = Parse(text);
        return size is { IsDone: true, Value: 0 }
            ? new Refusal(ErrorCode.Usage, $"{text}: Length must be greater than zero")
            : size;
    }
}
