using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Client;

/// <summary>The one table from the error of a reply to <see cref="IoStatus"/> (NBD protocol, Error values).</summary>
internal static class ClientErrno
{
    /// <summary>What an error means for the caller; numbers that the protocol does not know blame the medium.</summary>
    public static IoStatus ToStatus(NbdError error) => error switch
    {
        NbdError.None => IoStatus.Success,
        NbdError.NotPermitted => IoStatus.ReadOnly,
        NbdError.NoSpace => IoStatus.NoSpace,
        NbdError.Shutdown => IoStatus.NotReachable,
        NbdError.InputOutput or NbdError.NoMemory or NbdError.Invalid or NbdError.Overflow or NbdError.NotSupported
            => IoStatus.MediaError,
        _ => IoStatus.MediaError,
    };

    /// <summary>The server cannot do this command here: the fallback takes over.</summary>
    public static bool IsUnsupported(NbdError error) => error is NbdError.NotSupported or NbdError.Invalid;
}
