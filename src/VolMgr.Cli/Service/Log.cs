using Microsoft.Extensions.Logging;

namespace VolMgr.Cli.Service;

/// <summary>What the service logs; the lines of the owner's log come through <see cref="OwnerLine"/>.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{line}")]
    public static partial void OwnerLine(ILogger logger, string line);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information,
        Message = "Serving {lab}, host {host}, process {processId}")]
    public static partial void Serving(ILogger logger, string lab, string host, int processId);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Stopping: {reason}")]
    public static partial void Stopping(ILogger logger, string reason);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(EventId = 5, Level = LogLevel.Information, Message = "Rescanned the devices of {hosts} hosts")]
    public static partial void Reloaded(ILogger logger, int hosts);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "Could not reload: {reason}")]
    public static partial void ReloadFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 7, Level = LogLevel.Error, Message = "{method} {path} failed")]
    public static partial void RequestFailed(ILogger logger, Exception error, string method, string path);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning, Message = "A client of the event stream was too slow")]
    public static partial void SlowWatcher(ILogger logger);
}
