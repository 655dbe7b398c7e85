using VolMgr.Blocks;

namespace VolMgr.Nbd.Client;

/// <summary>The one table from the error of a reply to <see cref="IoStatus"/> (NBD protocol, Error values).</summary>
internal static class ClientErrno
{
    public const uint NotPermitted = 1;
    public const uint InputOutput = 5;
    public const uint NoMemory = 12;
    public const uint InvalidArgument = 22;
    public const uint NoSpace = 28;
    public const uint Overflow = 75;
    public const uint NotSupported = 95;
    public const uint Shutdown = 108;

    /// <summary>What an error means for the caller; numbers that the protocol does not know blame the medium.</summary>
    public static IoStatus ToStatus(uint error) => error switch
    {
        0 => IoStatus.Success,
        NotPermitted => IoStatus.ReadOnly,
        NoSpace => IoStatus.NoSpace,
        Shutdown => IoStatus.NotReachable,
        InputOutput or NoMemory or InvalidArgument or Overflow or NotSupported => IoStatus.MediaError,
        _ => IoStatus.MediaError,
    };

    /// <summary>The server cannot do this command here: the fallback takes over.</summary>
    public static bool IsUnsupported(uint error) => error is NotSupported or InvalidArgument;
}
