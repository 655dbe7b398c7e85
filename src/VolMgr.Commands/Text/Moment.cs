using System.Globalization;

namespace VolMgr.Commands.Text;

/// <summary>Points in time as ctime(3) writes them: <c>Sat Nov 22 10:11:12 2025</c>.</summary>
internal static class Moment
{
    /// <summary>The moment in the time zone of the clock.</summary>
    public static string Of(DateTimeOffset moment, TimeProvider time) =>
        TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone)
            .ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture);
}
