using System.Net.Sockets;
using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>
/// A connected stream socket, owned, that is served by the thread of a loop. What is there is taken and what fits is
/// sent by a plain call; only the waits are the loop's.
/// </summary>
internal sealed class LoopTransport : NbdTransport
{
    /// <summary>What may wait in the kernel; the system may cut it.</summary>
    private const int SendBuffer = 1 << 20;

    private readonly Socket _socket;
    private readonly ILoopedSocket _looped;

    public LoopTransport(Socket socket, ISocketLoop loop)
    {
        _socket = socket;
        _socket.Blocking = false;
        if (_socket.ProtocolType == ProtocolType.Tcp)
        {
            _socket.NoDelay = true;
        }

        else
        {
            _socket.SendBufferSize = SendBuffer;
        }

        _looped = loop.Add(socket.SafeHandle);
    }

    public override bool TryReceive(Span<byte> buffer, out int count)
    {
        count = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return HasEnded(error);
    }

    public override ValueTask WaitForInputAsync() => _looped.WhenReadableAsync();

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        TryReceive(buffer.Span, out int count) ? ValueTask.FromResult(count) : ReceiveWhenReadableAsync(buffer);

    public override ValueTask SendAsync(List<ArraySegment<byte>> segments)
    {
        while (segments.Count > 0)
        {
            if (!TrySend(segments))
            {
                return SendWhenWritableAsync(segments);
            }
        }

        return ValueTask.CompletedTask;
    }

    public override void StopReceiving() => Shut(SocketShutdown.Receive);

    /// <summary>The loop may wait for the socket just now, so it is not closed here: whoever waits is told.</summary>
    public override void Abort() => Shut(SocketShutdown.Both);

    public override Stream AsStream() =>
        throw new InvariantViolationException("TLS has a transport that the pool serves");

    public override ValueTask DisposeAsync()
    {
        _looped.Dispose();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>False: the call would have had to wait.</summary>
    private static bool HasEnded(SocketError error) => error switch
    {
        SocketError.Success => true,
        SocketError.WouldBlock => false,
        _ => throw new SocketException((int)error),
    };

    private async ValueTask<int> ReceiveWhenReadableAsync(Memory<byte> buffer)
    {
        int count;
        do
        {
            await _looped.WhenReadableAsync();
        }
        while (!TryReceive(buffer.Span, out count));
        return count;
    }

    private async ValueTask SendWhenWritableAsync(List<ArraySegment<byte>> segments)
    {
        while (segments.Count > 0)
        {
            if (!TrySend(segments))
            {
                await _looped.WhenWritableAsync();
            }
        }
    }

    private bool TrySend(List<ArraySegment<byte>> segments)
    {
        SocketError error;
        int sent = segments.Count == 1
            ? _socket.Send(segments[0], SocketFlags.None, out error)
            : _socket.Send(segments, SocketFlags.None, out error);
        bool hasEnded = HasEnded(error);
        RemoveSent(segments, sent);
        return hasEnded;
    }

    private void Shut(SocketShutdown how)
    {
        try
        {
            _socket.Shutdown(how);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // The peer was faster: there is nothing left to stop.
        }
    }
}
