namespace VolMgr.Blocks;

/// <summary>Linux error numbers, and the one table that turns them into <see cref="IoStatus"/>.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoSuchAddress = 6;
    public const int BadDescriptor = 9;
    public const int AccessDenied = 13;
    public const int NoDevice = 19;
    public const int NotDirectory = 20;
    public const int InvalidArgument = 22;
    public const int FileTooBig = 27;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int NotImplemented = 38;
    public const int BadExchange = 52;
    public const int NotSupported = 95;
    public const int Shutdown = 108;
    public const int TimedOut = 110;
    public const int HostUnreachable = 113;
    public const int Stale = 116;
    public const int QuotaExceeded = 122;

    /// <summary>What the error of a failed call on an open file means. Unknown errors blame the medium.</summary>
    public static IoStatus ToStatus(int error) => error switch
    {
        0 => IoStatus.Success,
        InputOutput => IoStatus.MediaError,
        NoEntry or NotDirectory or NoDevice or NoSuchAddress or Shutdown or HostUnreachable or Stale
            => IoStatus.NotReachable,
        NoSpace or QuotaExceeded or FileTooBig => IoStatus.NoSpace,
        TimedOut => IoStatus.Timeout,
        BadExchange => IoStatus.ReservationConflict,
        ReadOnlyFileSystem or NotPermitted or AccessDenied or BadDescriptor => IoStatus.ReadOnly,
        _ => IoStatus.MediaError,
    };

    /// <summary>The call or its flag does not exist here: the portable fallback takes over.</summary>
    public static bool IsUnsupported(int error) => error is NotImplemented or NotSupported or InvalidArgument;
}
