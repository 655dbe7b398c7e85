namespace VolMgr.Nbd.Server;

/// <summary>
/// One end of a byte stream in both directions: a socket, TLS over one, or memory. One caller receives and one sends at
/// a time.
/// </summary>
internal abstract class NbdTransport : IAsyncDisposable
{
    /// <summary>
    /// Takes what has already arrived, without waiting. False: nothing has, or this transport cannot tell. True with a
    /// count of zero: the peer has ended.
    /// </summary>
    public virtual bool TryReceive(Span<byte> buffer, out int count)
    {
        count = 0;
        return false;
    }

    /// <summary>Completes when something has arrived or the peer has ended; no buffer is held meanwhile.</summary>
    public abstract ValueTask WaitForInputAsync();

    /// <summary>Receives at least one byte; zero: the peer has ended.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends everything, in order.</summary>
    public abstract ValueTask SendAsync(List<ArraySegment<byte>> segments);

    /// <summary>Makes the peer appear to have ended: a receive under way completes. Thread-safe.</summary>
    public abstract void StopReceiving();

    /// <summary>Breaks the connection: whatever is under way fails. Thread-safe, may be repeated.</summary>
    public abstract void Abort();

    /// <summary>The same bytes as a stream, for TLS to stand on. The stream does not own the transport.</summary>
    public abstract Stream AsStream();

    public abstract ValueTask DisposeAsync();

    /// <summary>Fills the buffer; false: the peer ended first.</summary>
    public async ValueTask<bool> ReceiveExactlyAsync(Memory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int count = await ReceiveAsync(buffer);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }

    /// <summary>Whether an exception only says that the peer, or we, broke the connection.</summary>
    public static bool IsBroken(Exception exception) =>
        exception is IOException or System.Net.Sockets.SocketException or ObjectDisposedException
            or OperationCanceledException or System.Security.Authentication.AuthenticationException;

    /// <summary>Takes what has left off the front.</summary>
    protected static void RemoveSent(List<ArraySegment<byte>> segments, int sent)
    {
        int whole = 0;
        while (whole < segments.Count && sent >= segments[whole].Count)
        {
            sent -= segments[whole].Count;
            whole++;
        }

        segments.RemoveRange(0, whole);
        if (sent > 0)
        {
            segments[0] = segments[0][sent..];
        }
    }
}
