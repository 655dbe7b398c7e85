using System.Globalization;

namespace VolMgr.Volumes.Resync;

/// <summary>Whom a copy favours.</summary>
/// <param name="IsFullSpeed">Whether the copy takes what it can get.</param>
/// <param name="TailTarget">What 99 of 100 reads and writes of applications shall stay below; zero for none.</param>
public readonly record struct CopyPolicy(bool IsFullSpeed, TimeSpan TailTarget)
{
    /// <summary>What of the target is left for the volume: an application also waits for the way there and back, and
    /// for its turn on the processors, some 2 ms of a long target and half of a short one.</summary>
    public TimeSpan TailAtVolume => TailTarget - (TailTarget < 2 * OnTheWay ? TailTarget / 2 : OnTheWay);

    private static TimeSpan OnTheWay => TimeSpan.FromMilliseconds(2);

    /// <summary>The default: the copy takes what the applications leave.</summary>
    public static CopyPolicy Application => default;

    /// <summary>The copy takes what it can get; applications get their turns between its steps.</summary>
    public static CopyPolicy FullSpeed => new(true, TimeSpan.Zero);

    /// <summary>As <see cref="Application"/>, and slower still while more than one of 100 reads and writes takes
    /// longer.</summary>
    public static CopyPolicy Latency(TimeSpan target) => new(false, target);

    /// <summary>Reads <c>application</c>, <c>full-speed</c> or <c>latency=2ms</c>; null for anything else.</summary>
    public static CopyPolicy? Parse(string text) => text switch
    {
        "application" => Application,
        "full-speed" => FullSpeed,
        _ when text.StartsWith("latency=", StringComparison.Ordinal) && text.EndsWith("ms", StringComparison.Ordinal)
            && double.TryParse(
                text["latency=".Length..^2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out double milliseconds)
            && milliseconds is >= 0.1 and <= 60_000 => Latency(TimeSpan.FromMilliseconds(milliseconds)),
        _ => null,
    };

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => IsFullSpeed ? "full-speed"
        : TailTarget > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"latency={TailTarget.TotalMilliseconds:0.###}ms")
            : "application";
}
