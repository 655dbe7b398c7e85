using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Client;

/// <summary>How a request ended.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Error">The server's error number; 0 where it is not the server that failed.</param>
/// <param name="ExtentLength">Bytes of the extent that was asked for.</param>
/// <param name="ExtentFlags">Flags of it.</param>
internal readonly record struct ClientReply(
    IoStatus Status, NbdError Error = NbdError.None, uint ExtentLength = 0, uint ExtentFlags = 0);

/// <summary>
/// One request to the server. It may be sent several times, over one connection after the other; the buffers are the
/// caller's until it has completed, so it completes only when no connection touches them any more.
/// </summary>
internal sealed class ClientRequest
{
    private readonly TaskCompletionSource<ClientReply> done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public required NbdCommand Command { get; init; }

    public CommandFlags Flags { get; init; }

    public long Offset { get; init; }

    public uint Length { get; init; }

    /// <summary>What a write carries.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Where a read goes.</summary>
    public Memory<byte> Target { get; init; }

    /// <summary>Sent while a session is being restored; the session keeps no account of it.</summary>
    public bool IsReplay { get; init; }

    /// <summary>Whether it leaves something behind at the server.</summary>
    public bool IsChange => Command is NbdCommand.Write or NbdCommand.WriteZeroes;

    public bool IsForced => (Flags & CommandFlags.Fua) != CommandFlags.None;

    /// <summary>The order in which requests were made.</summary>
    public long Number { get; set; }

    /// <summary>When it has taken too long, as a timestamp of the clock.</summary>
    public long Expiry { get; set; }

    /// <summary>For a flush: the last change that it covers.</summary>
    public long Covered { get; set; }

    /// <summary>Names it on the connection that it was sent over last.</summary>
    public ulong Cookie { get; set; }

    /// <summary>The first error of the reply so far.</summary>
    public NbdError Error { get; set; }

    /// <summary>Bytes of a read that have come in.</summary>
    public long Received { get; set; }

    /// <summary>The extent that came in; a length of zero: none yet.</summary>
    public (uint Length, uint Flags) Extent { get; set; }

    public Task<ClientReply> Reply => done.Task;

    /// <summary>Forgets the part of a reply that came over a connection that is lost.</summary>
    public void Restart()
    {
        Error = NbdError.None;
        Received = 0;
        Extent = default;
    }

    public void Complete(IoStatus status) => done.TrySetResult(new ClientReply(status));

    /// <summary>Completes with what the server answered.</summary>
    public void Complete() =>
        done.TrySetResult(new ClientReply(ClientErrno.ToStatus(Error), Error, Extent.Length, Extent.Flags));
}
