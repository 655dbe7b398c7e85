using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace VolMgr.Nbd.Server;

/// <summary>
/// One send after another on a socket, without an allocation for each. It forgets the buffers with the send: the
/// socket's own operations would keep the last ones alive for as long as the connection idles.
/// </summary>
internal sealed class SendOperation(Socket socket)
    : SocketAsyncEventArgs(true), IValueTaskSource<int>
{
    private readonly Socket _socket = socket;
    private ManualResetValueTaskSourceCore<int> _completion = new() { RunContinuationsAsynchronously = false };

    /// <summary>Sends as much as one call takes; the count of bytes that left.</summary>
    public ValueTask<int> SendAsync(List<ArraySegment<byte>> segments)
    {
        if (segments.Count == 1)
        {
            SetBuffer(segments[0]);
        }
        else
        {
            BufferList = segments;
        }

        _completion.Reset();
        if (!_socket.SendAsync(this))
        {
            Complete();
        }

        return new ValueTask<int>(this, _completion.Version);
    }

    int IValueTaskSource<int>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => Complete();

    private void Complete()
    {
        SocketError error = SocketError;
        int sent = BytesTransferred;
        if (BufferList is null)
        {
            SetBuffer(Memory<byte>.Empty);
        }
        else
        {
            BufferList = null;
        }

        if (error == SocketError.Success)
        {
            _completion.SetResult(sent);
        }
        else
        {
            _completion.SetException(new SocketException((int)error));
        }
    }
}
