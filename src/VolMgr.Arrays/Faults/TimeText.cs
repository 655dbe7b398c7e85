using System.Globalization;

namespace VolMgr.Arrays.Faults;

/// <summary>Durations in faults and scenarios: a number and ms, s, m, h or d; a minus sign goes back.</summary>
public static class TimeText
{
    private static readonly (string Unit, long Milliseconds)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>The duration, or null when it is none; ten years at most.</summary>
    public static TimeSpan? Parse(string text)
    {
        const double Most = 3652L * 86_400_000;
        foreach ((string unit, long milliseconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture, out double number)
                && Math.Abs(number * milliseconds) <= Most)
            {
                return TimeSpan.FromMilliseconds(number * milliseconds);
            }
        }

        return null;
    }
}
