using System.Globalization;
using VolMgr.Arrays.Topology;

namespace VolMgr.Arrays.Performance;

/// <summary>
/// Times and rates in `lab.yaml`. A time is a number with us, ms or s; a rate a number with KB/s, MB/s or GB/s (powers
/// of 1000, as arrays are sold) or KiB/s, MiB/s or GiB/s. Fractions are allowed as far as they are exact.
/// </summary>
internal static class PerformanceText
{
    private const string TimeWords = "a time of at most 60s with its unit, such as 500us, 0.5ms or 5ms";
    private const string RateWords = "a rate of 1KB/s to 1000GB/s with its unit, such as 200MB/s or 1.5GiB/s";
    private const long LargestRate = 1_000_000_000_000;

    private static readonly (string Unit, long Ticks)[] times =
        [("us", TimeSpan.TicksPerMicrosecond), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond)];

    private static readonly (string Unit, long Bytes)[] rates =
    [
        ("GB/s", 1_000_000_000), ("MB/s", 1_000_000), ("GiB/s", 1L << 30), ("MiB/s", 1L << 20),
        ("KB/s", 1000), ("KiB/s", 1L << 10),
    ];

    public static (TimeSpan Time, string Problem) ParseTime(string text)
    {
        long ticks = Parse(text, times);
        return ticks < 0 || ticks > 60 * TimeSpan.TicksPerSecond
            ? (TimeSpan.Zero, $"'{YamlTree.Printable(text)}' is no such time; write {TimeWords}.")
            : (TimeSpan.FromTicks(ticks), "");
    }

    public static (long BytesPerSecond, string Problem) ParseRate(string text)
    {
        long rate = Parse(text, rates);
        return rate is < 1000 or > LargestRate
            ? (0, $"'{YamlTree.Printable(text)}' is no such rate; write {RateWords}.")
            : (rate, "");
    }

    public static string Format(TimeSpan time)
    {
        (string unit, long ticks) = times.LastOrDefault(each => time.Ticks % each.Ticks == 0);
        return unit is null
            ? $"{Number(time.Ticks / (decimal)times[0].Ticks)}{times[0].Unit}"
            : $"{time.Ticks / ticks}{unit}";
    }

    public static string Format(long bytesPerSecond)
    {
        (string unit, long bytes) = rates.FirstOrDefault(each => bytesPerSecond % each.Bytes == 0);
        return unit is null ? $"{Number(bytesPerSecond / 1000m)}KB/s" : $"{bytesPerSecond / bytes}{unit}";
    }

    private static string Number(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A whole multiple of a unit's base; negative for what is none.</summary>
    private static long Parse(string text, (string Unit, long Base)[] units)
    {
        (string? unit, long unitBase) = units.FirstOrDefault(
            each => text.EndsWith(each.Unit, StringComparison.Ordinal));
        if (unit is null
            || !decimal.TryParse(
                text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out decimal number)
            || number > 1_000_000_000m)
        {
            return -1;
        }

        decimal value = number * unitBase;
        return value == decimal.Truncate(value) ? (long)value : -1;
    }
}
