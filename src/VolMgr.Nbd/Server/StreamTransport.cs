namespace VolMgr.Nbd.Server;

/// <summary>Any duplex stream, owned: memory, or TLS over the transport below it, which is owned too.</summary>
internal sealed class StreamTransport(Stream stream, NbdTransport? below) : NbdTransport
{
    private readonly Stream _stream = stream;
    private readonly NbdTransport? _below = below;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();

    public override async ValueTask WaitForInputAsync() =>
        _ = await ReceiveAsync(Memory<byte>.Empty);

    /// <summary>Receives; a stop looks like the end of the peer, because nothing is received after it.</summary>
    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            return await _stream.ReadAsync(buffer, _stop.Token);
        }
        catch (OperationCanceledException) when (!_abort.IsCancellationRequested)
        {
            return 0;
        }
    }

    public override async ValueTask SendAsync(List<ArraySegment<byte>> segments)
    {
        foreach (ArraySegment<byte> segment in segments)
        {
            await _stream.WriteAsync(segment, _abort.Token);
        }

        segments.Clear();
        await _stream.FlushAsync(_abort.Token);
    }

    public override void StopReceiving()
    {
        if (_below is null)
        {
            _stop.Cancel();
        }
        else
        {
            _below.StopReceiving();
        }
    }

    public override void Abort()
    {
        _abort.Cancel();
        _stop.Cancel();
        _below?.Abort();
    }

    public override Stream AsStream() => _stream;

    public override async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        if (_below is not null)
        {
            await _below.DisposeAsync();
        }
    }
}
