using System.Net.Sockets;

namespace VolMgr.Nbd.Server;

/// <summary>A connected stream socket, owned.</summary>
internal sealed class SocketTransport : NbdTransport
{
    private readonly Socket _socket;
    private readonly SendOperation _send;

    public SocketTransport(Socket socket)
    {
        _socket = socket;
        _send = new SendOperation(socket);
        _socket.Blocking = false;
        if (_socket.ProtocolType == ProtocolType.Tcp)
        {
            _socket.NoDelay = true;
        }
    }

    public override bool TryReceive(Span<byte> buffer, out int count)
    {
        count = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }

        return true;
    }

    public override async ValueTask WaitForInputAsync() =>
        await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, CancellationToken.None);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        _socket.ReceiveAsync(buffer, SocketFlags.None, CancellationToken.None);

    public override async ValueTask SendAsync(List<ArraySegment<byte>> segments)
    {
        while (segments.Count > 0)
        {
            RemoveSent(segments, await _send.SendAsync(segments));
        }
    }

    public override void StopReceiving()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // The peer was faster: there is nothing left to stop.
        }
    }

    public override void Abort() => _socket.Dispose();

    public override Stream AsStream()
    {
        _socket.Blocking = true; // a NetworkStream wants it; what is asynchronous stays so
        return new NetworkStream(_socket, ownsSocket: false);
    }

    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _send.Dispose();
        return ValueTask.CompletedTask;
    }
}
