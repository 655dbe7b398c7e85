using System.Buffers;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>
/// Takes requests off a transport: one receive brings as many as have arrived. While the client is silent no buffer is
/// held, not even with the first half of a header in it.
/// </summary>
internal sealed class RequestReader(NbdTransport transport, Action whenSilent) : IDisposable
{
    internal const int BufferSize = 64 << 10;

    private readonly NbdTransport _transport = transport;

    /// <summary>Called when the client has sent nothing more for now, before the wait.</summary>
    private readonly Action _whenSilent = whenSilent;

    /// <summary>The beginning of a header while no buffer is held.</summary>
    private readonly byte[] _rest = new byte[RequestHeader.ExtendedSize];

    /// <summary>Null: what has arrived, if anything, is in the rest.</summary>
    private byte[]? _buffer;
    private int _start;
    private int _end;

    public int Buffered => _end - _start;

    /// <summary>What has arrived and was not taken.</summary>
    public ReadOnlySpan<byte> Span => (_buffer ?? _rest).AsSpan(_start, Buffered);

    public void Advance(int count) => _start += count;

    /// <summary>Waits for the whole of a header; false: the client ended first.</summary>
    public async ValueTask<bool> FillAsync(int headerSize)
    {
        while (Buffered < headerSize)
        {
            MoveToBuffer();
            if (!_transport.TryReceive(_buffer.AsSpan(_end), out int count))
            {
                MoveToRest();
                _whenSilent();
                await _transport.WaitForInputAsync();
                MoveToBuffer();
                count = await _transport.ReceiveAsync(_buffer.AsMemory(_end));
            }

            if (count == 0)
            {
                return false;
            }

            _end += count;
        }

        return true;
    }

    /// <summary>Takes payload into the caller's memory; false: the client ended first.</summary>
    public async ValueTask<bool> TakeAsync(Memory<byte> payload)
    {
        int count = Math.Min(Buffered, payload.Length);
        Span[..count].CopyTo(payload.Span);
        Advance(count);
        return count == payload.Length || await _transport.ReceiveExactlyAsync(payload[count..]);
    }

    /// <summary>Takes payload of any length and forgets it.</summary>
    public async ValueTask<bool> SkipAsync(ulong length)
    {
        while (length > 0)
        {
            if (Buffered == 0 && !await FillAsync(1))
            {
                return false;
            }

            int count = (int)Math.Min((ulong)Buffered, length);
            Advance(count);
            length -= (ulong)count;
        }

        return true;
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes room behind what has arrived.</summary>
    private void MoveToBuffer()
    {
        byte[] buffer = _buffer ?? ArrayPool<byte>.Shared.Rent(BufferSize);
        Span.CopyTo(buffer);
        _end = Buffered;
        _start = 0;
        _buffer = buffer;
    }

    private void MoveToRest()
    {
        Span.CopyTo(_rest);
        _end = Buffered;
        _start = 0;
        Dispose();
    }
}
