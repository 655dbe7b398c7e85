using System.Globalization;
using System.Net;
using VolMgr.Cli.Service;
using VolMgr.Nbd.Server;

namespace VolMgr.Cli.Owner;

/// <summary>What differs between an owner in the background and 'volmgr serve'.</summary>
internal sealed record OwnerOptions
{
    private const int DefaultIdleSeconds = 60;

    /// <summary>After how long without work it leaves; null for never.</summary>
    public TimeSpan? IdleLimit { get; init; }

    /// <summary>Whether it runs in the foreground, to stay until it is told to stop.</summary>
    public bool IsServed { get; init; }

    /// <summary>Where NBD clients may connect over TCP; null for nowhere.</summary>
    public IPEndPoint? NbdEndPoint { get; init; }

    /// <summary>TLS of NBD over TCP as it is now; null for plain text.</summary>
    public Func<NbdTlsOptions>? NbdTls { get; init; }

    /// <summary>How often the owner looks after itself; null for every second or so.</summary>
    public TimeSpan? TickPeriod { get; init; }

    /// <summary>Called each time that it has, while it is well.</summary>
    public Action OnTick { get; init; } = () => { };

    /// <summary>An owner that comes with the first command and leaves when nobody needs it.</summary>
    public static OwnerOptions InBackground() => new() { IdleLimit = ReadIdleLimit() };

    /// <summary>An owner in the foreground.</summary>
    public static OwnerOptions Served(ServeOptions options, ServiceAccess access, SystemdNotifier notifier) => new()
    {
        IsServed = true,
        NbdEndPoint = options.NbdEndPoint,
        NbdTls = access.Certificates is { } certificates ? certificates.ForNbd : null,
        TickPeriod = notifier.WatchdogPeriod / 2,
        OnTick = notifier.Alive,
    };

    private static TimeSpan ReadIdleLimit()
    {
        string? text = Environment.GetEnvironmentVariable("VOLMGR_IDLE_SECONDS");
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && seconds is > 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromSeconds(DefaultIdleSeconds);
    }
}
