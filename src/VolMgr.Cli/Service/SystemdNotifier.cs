using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VolMgr.Cli.Service;

/// <summary>
/// Tells systemd how the service is (sd_notify(3)): datagrams of NAME=VALUE lines to the socket that NOTIFY_SOCKET
/// names, where a leading '@' is an abstract name. Without that variable nothing is told. A message that cannot be sent
/// is lost: nobody waits for systemd.
/// </summary>
internal sealed class SystemdNotifier : IDisposable
{
    private readonly Socket? socket;
    private readonly EndPoint? target;
    private readonly Lock sending = new();

    /// <summary>Notifies the socket that the variables name, if they do.</summary>
    /// <param name="variables">The environment.</param>
    /// <param name="processId">This process, which WATCHDOG_PID may name.</param>
    public SystemdNotifier(Func<string, string?> variables, int processId)
    {
        string? path = variables("NOTIFY_SOCKET");
        if (path is not { Length: > 1 } || path[0] is not ('/' or '@'))
        {
            return;
        }

        target = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        string? watched = variables("WATCHDOG_PID");
        bool isWatched = watched is null
            || string.Equals(watched, processId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        if (isWatched
            && long.TryParse(variables("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out long microseconds)
            && microseconds > 0)
        {
            WatchdogPeriod = TimeSpan.FromMicroseconds(microseconds);
        }
    }

    /// <summary>How often systemd wants a sign of life; null when it does not ask for any.</summary>
    public TimeSpan? WatchdogPeriod { get; }

    /// <summary>The service serves.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>The service looks at its devices and certificates again; <see cref="Ready"/> follows.</summary>
    public void Reloading() =>
        Send(string.Create(
            CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={MonotonicMicroseconds()}\nSTATUS=Rescanning"));

    /// <summary>The service is on its way out.</summary>
    public void Stopping(string reason) => Send($"STOPPING=1\nSTATUS=Stopping: {reason}");

    /// <summary>The service is alive.</summary>
    public void Alive()
    {
        if (WatchdogPeriod is not null)
        {
            Send("WATCHDOG=1");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket?.Dispose();

    /// <summary>CLOCK_MONOTONIC, which the runtime's time stamps are on Linux.</summary>
    private static long MonotonicMicroseconds() =>
        System.Diagnostics.Stopwatch.GetTimestamp() / (System.Diagnostics.Stopwatch.Frequency / 1_000_000);

    private void Send(string message)
    {
        if (socket is null || target is null)
        {
            return;
        }

        try
        {
            lock (sending)
            {
                socket.SendTo(Encoding.UTF8.GetBytes(message), target);
            }
        }
        catch (SocketException error)
        {
            Owner.OwnerLog.Write($"systemd was not told: {error.Message}");
        }
    }
}
