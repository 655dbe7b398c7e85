using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace VolMgr.Cli.Service;

/// <summary>Log lines of the service on standard error; standard output belongs to the URIs.</summary>
internal static class ServiceLog
{
    /// <summary>Adds the console, as text or as JSON.</summary>
    public static void AddServiceLog(this ILoggingBuilder logging, LogFormat format)
    {
        const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, TimeFormat.TrimEnd()));
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.UseUtcTimestamp = true;
                text.TimestampFormat = TimeFormat;
                text.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }

        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
