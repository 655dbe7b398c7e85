using System.Buffers;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>
/// The transmission phase of one connection: a reader that takes requests off the wire, checks them, finds room for
/// them and starts them, until the client leaves, breaks the protocol, or the server stops. Then everything under way
/// is answered.
/// </summary>
internal sealed class Transmission : IDisposable
{
    /// <summary>After so many requests in a row the reader lets others have its thread.</summary>
    private const int TurnRequests = 4096;

    private readonly HeaderStyle _style;
    private readonly int _headerSize;
    private readonly Session _session;
    private readonly NbdTransport _transport;
    private readonly RequestReader _reader;
    private readonly RequestCheck _check;
    private readonly ReplyWriter _replies;
    private readonly RequestRunner _runner;
    private readonly ConnectionMemory _memory;
    private readonly Action<string> _log;
    private bool _isStopping;
    private bool _isReceiving;
    private bool _isLeaving;

    public Transmission(
        Session session, NbdTransport transport, ConnectionMemory memory, Counters counters, Action<string> log)
    {
        _style = session.Style;
        _headerSize = RequestHeader.SizeOf(session.Style);
        _session = session;
        _transport = transport;
        _memory = memory;
        _log = log;
        _check = new RequestCheck(session);
        _replies = new ReplyWriter(session.Style, new ReplyQueue(transport, memory, WhenBroken), counters);
        _reader = new RequestReader(transport, _replies.Queue.Trim);
        _runner = new RequestRunner(session, _replies, memory, counters, WhenFault);
    }

    /// <summary>Whether the client keeps us waiting in the middle of a message.</summary>
    public bool IsHeldUp => Volatile.Read(ref _isReceiving) || _replies.Queue.IsSending;

    /// <summary>Whether no further request is taken.</summary>
    public bool IsLeaving => Volatile.Read(ref _isLeaving);

    /// <summary>Completes when the last request has been answered.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReadRequestsAsync();
        }
        catch (Exception exception) when (NbdTransport.IsBroken(exception))
        {
            _log($"lost: {exception.Message}");
        }
        finally
        {
            Volatile.Write(ref _isLeaving, true);
            await _memory.DrainAsync();
            await _replies.Queue.WhenSentAsync();
            _replies.Queue.Trim();
            _memory.Close();
        }
    }

    /// <summary>Takes no further requests. Thread-safe.</summary>
    public void Stop()
    {
        Volatile.Write(ref _isStopping, true);
        _transport.StopReceiving();
    }

    public void Dispose() => _reader.Dispose();

    private async Task ReadRequestsAsync()
    {
        int turn = 0;
        while (!Volatile.Read(ref _isStopping))
        {
            if (_reader.Buffered < _headerSize)
            {
                _replies.Queue.Flush();
                if (!await _reader.FillAsync(_headerSize))
                {
                    return;
                }
            }

            if (!RequestHeader.TryRead(_reader.Span, _style, out RequestHeader request))
            {
                _log("sent something that is not a request");
                return;
            }

            _reader.Advance(_headerSize);
            if (request.Command == NbdCommand.Disconnect || !await TakeAsync(request))
            {
                return;
            }

            if (++turn == TurnRequests)
            {
                turn = 0;
                await Task.Yield();
            }
        }
    }

    /// <summary>False: the client ended in the middle, or must be left.</summary>
    private ValueTask<bool> TakeAsync(in RequestHeader request)
    {
        ulong payload = request.PayloadLength(_style);
        if (_style == HeaderStyle.Extended && payload > Limits.MaximumPayload)
        {
            _log($"announced a payload of {payload} bytes");
            return ValueTask.FromResult(false);
        }

        if (_check.Check(request) is { } refusal)
        {
            return RefuseAsync(request, payload, refusal);
        }

        if (payload > 0)
        {
            return request.Command == NbdCommand.Write ? TakeWriteAsync(request) : TakeStatusAsync(request);
        }

        return TakePlainAsync(request, RequestRunner.BytesHeld(request));
    }

    private async ValueTask<bool> RefuseAsync(RequestHeader request, ulong payload, Refusal refusal)
    {
        if (!await SkipAsync(payload))
        {
            return false;
        }

        _replies.Refuse(request, refusal);
        return true;
    }

    private async ValueTask<bool> TakePlainAsync(RequestHeader request, int bytes)
    {
        await AdmitAsync(bytes);
        _runner.Start(request);
        return true;
    }

    private async ValueTask<bool> TakeWriteAsync(RequestHeader request)
    {
        int length = (int)request.Length;
        await AdmitAsync(length);
        byte[] payload = ArrayPool<byte>.Shared.Rent(length);
        bool isStarted = false;
        try
        {
            if (!await ReceiveAsync(payload.AsMemory(0, length)))
            {
                return false;
            }

            isStarted = true;
            _runner.StartWrite(request, payload);
            return true;
        }
        finally
        {
            if (!isStarted)
            {
                ArrayPool<byte>.Shared.Return(payload);
                _memory.Release(length);
            }
        }
    }

    private async ValueTask<bool> TakeStatusAsync(RequestHeader request)
    {
        byte[] payload = new byte[(int)request.Length];
        if (!await ReceiveAsync(payload))
        {
            return false;
        }

        Refusal? refusal = StatusPayload.TryRead(
            payload, _session.Contexts, ref request, out IReadOnlyList<SelectedContext> contexts)
            ? _check.CheckStatusRange(request)
            : Refusal.BadContexts;
        if (refusal is not null)
        {
            _replies.Refuse(request, refusal);
            return true;
        }

        await AdmitAsync(0);
        _runner.StartStatus(request, contexts);
        return true;
    }

    /// <summary>Before the reader waits for room, everything that makes room is on its way.</summary>
    private ValueTask AdmitAsync(int bytes)
    {
        ValueTask admitted = _memory.AdmitAsync(bytes);
        if (!admitted.IsCompleted)
        {
            _replies.Queue.Flush();
        }

        return admitted;
    }

    private async ValueTask<bool> ReceiveAsync(Memory<byte> payload)
    {
        if (_reader.Buffered < payload.Length)
        {
            _replies.Queue.Flush();
        }

        Volatile.Write(ref _isReceiving, true);
        bool isWhole = await _reader.TakeAsync(payload);
        Volatile.Write(ref _isReceiving, false);
        return isWhole;
    }

    private async ValueTask<bool> SkipAsync(ulong length)
    {
        if ((ulong)_reader.Buffered < length)
        {
            _replies.Queue.Flush();
        }

        return await _reader.SkipAsync(length);
    }

    private void WhenBroken(Exception exception)
    {
        _log($"lost: {exception.Message}");
        _transport.Abort();
    }

    private void WhenFault(Exception exception) => _log($"a request failed: {exception}");
}
