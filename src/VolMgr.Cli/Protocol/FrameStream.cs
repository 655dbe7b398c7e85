using System.Buffers;
using System.Net.Sockets;

namespace VolMgr.Cli.Protocol;

/// <summary>
/// Frames over a socket. One reader at a time; any number of senders, whose frames never mix. Reading gives null at the
/// connection's end, whatever ended it; sending to a peer that has gone is false.
/// </summary>
internal sealed class FrameStream : IDisposable
{
    private const int ReadBufferBytes = 64 << 10;
    private const int CopyBelowBytes = 64 << 10;

    private readonly Socket socket;
    private readonly BufferedStream reader;
    private readonly SemaphoreSlim sending = new(1);
    private readonly byte[] headerBytes = new byte[FrameHeader.Size];

    /// <summary>Takes the socket over.</summary>
    public FrameStream(Socket socket)
    {
        this.socket = socket;
        reader = new BufferedStream(new NetworkStream(socket, ownsSocket: true), ReadBufferBytes);
    }

    /// <summary>What was wrong with the last header that was read; empty when the peer simply ended.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>The next frame's header; null at the end, or when it is malformed.</summary>
    public async ValueTask<FrameHeader?> ReadHeaderAsync(CancellationToken token)
    {
        if (!await ReadAsync(headerBytes, token))
        {
            return null;
        }

        FrameHeader? header = FrameHeader.Read(headerBytes, out string problem);
        Problem = problem;
        return header;
    }

    /// <summary>Fills the buffer; false at the connection's end.</summary>
    public async ValueTask<bool> ReadAsync(Memory<byte> target, CancellationToken token)
    {
        try
        {
            await reader.ReadExactlyAsync(target, token);
            return true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Reads a whole payload; null at the connection's end.</summary>
    public async ValueTask<byte[]?> ReadPayloadAsync(int length, CancellationToken token)
    {
        byte[] payload = new byte[length];
        return await ReadAsync(payload, token) ? payload : null;
    }

    /// <summary>Sends one frame whose payload is a head and a body.</summary>
    public async ValueTask<bool> SendAsync(FrameType type, ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
    {
        int first = FrameHeader.Size + head.Length;
        bool isJoined = body.Length <= CopyBelowBytes;
        byte[] frame = ArrayPool<byte>.Shared.Rent(first + (isJoined ? body.Length : 0));
        new FrameHeader(type, head.Length + body.Length).WriteTo(frame);
        head.CopyTo(frame.AsMemory(FrameHeader.Size));
        if (isJoined)
        {
            body.CopyTo(frame.AsMemory(first));
            first += body.Length;
        }

        await sending.WaitAsync(CancellationToken.None);
        try
        {
            await SendAllAsync(frame.AsMemory(0, first));
            if (!isJoined)
            {
                await SendAllAsync(body);
            }

            return true;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            sending.Release();
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>Sends a frame without a body.</summary>
    public ValueTask<bool> SendAsync(FrameType type, ReadOnlyMemory<byte> payload) =>
        SendAsync(type, payload, ReadOnlyMemory<byte>.Empty);

    /// <summary>Refuses what the peer asked for.</summary>
    public ValueTask<bool> RefuseAsync(int exitCode, string sentence)
    {
        const int LongestSentence = 2000;
        string text = sentence.Length > LongestSentence ? sentence[..LongestSentence] : sentence;
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return SendAsync(FrameType.Refused, new PayloadWriter().Int32(exitCode).Written, bytes);
    }

    /// <summary>Ends the connection; a read or send that waits comes back at once.</summary>
    public void Dispose()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            Problem = "the connection had ended";
        }

        socket.Dispose();
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None)..];
        }
    }
}
