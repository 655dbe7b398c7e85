using System.Globalization;
using VolMgr.Movers.Comparison;

namespace VolMgr.Cli.Comparing;

/// <summary>Numbers of a comparison for readers.</summary>
internal static class CompareUnits
{
    /// <summary>Bytes, in the largest unit that leaves a number of 1 or more.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        >= 1L << 30 => Text($"{bytes / (1L << 30):F1} GiB"),
        >= 1L << 20 => Text($"{bytes / (1L << 20):F1} MiB"),
        >= 1L << 10 => Text($"{bytes / (1L << 10):F1} KiB"),
        _ => Text($"{bytes:F0} B"),
    };

    /// <summary>Bytes a second.</summary>
    public static string Rate(double bytes) => $"{Text($"{bytes / (1L << 20):F2} MiB")}/s";

    /// <summary>Seconds.</summary>
    public static string Seconds(TimeSpan time) => Text($"{time.TotalSeconds:F3} s");

    /// <summary>Milliseconds.</summary>
    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds switch
    {
        0 => "0 ms",
        < 10 => Text($"{time.TotalMilliseconds:F2} ms"),
        _ => Text($"{time.TotalMilliseconds:F1} ms"),
    };

    /// <summary>A part of 1.</summary>
    public static string Percent(double part) => Text($"{part * 100:F2} %");

    /// <summary>A number of the arithmetic; null is what does not converge.</summary>
    public static string Number(double? value, ArithmeticUnit unit) => value is not { } number
        ? "does not converge"
        : unit switch
        {
            ArithmeticUnit.Count => Text($"{number:F0}"),
            ArithmeticUnit.Bytes => Bytes(number),
            ArithmeticUnit.Seconds => Text($"{number:F3} s"),
        };

    /// <summary>The same text wherever it is made.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
