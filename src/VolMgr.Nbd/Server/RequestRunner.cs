using System.Buffers;
using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>
/// Carries out requests that have passed the checks. What the device answers at once is answered before
/// <see cref="Start"/> returns; the rest goes on by itself and replies when it is done.
/// </summary>
/// <remarks>
/// No request is cancelled once it has begun, whatever happens to the connection: half a write is worse than one whose
/// client is gone.
/// </remarks>
internal sealed class RequestRunner
{
    /// <summary>A cache request reads in pieces of this size and forgets them.</summary>
    private const int CachePiece = 1 << 20;

    private readonly Session _session;
    private readonly ExportDevice _device;
    private readonly ReplyWriter _replies;
    private readonly ReadRunner _reads;
    private readonly StatusRunner _states;
    private readonly ConnectionMemory _memory;
    private readonly Counters _counters;
    private readonly Action<Exception> _whenFault;

    public RequestRunner(
        Session session, ReplyWriter replies, ConnectionMemory memory, Counters counters, Action<Exception> whenFault)
    {
        _session = session;
        _device = session.Device;
        _replies = replies;
        _reads = new ReadRunner(session.Device, replies, memory, counters);
        _states = new StatusRunner(replies);
        _memory = memory;
        _counters = counters;
        _whenFault = whenFault;
    }

    /// <summary>Bytes that the request will hold beside its payload, to be admitted before it starts.</summary>
    public static int BytesHeld(in RequestHeader request) => request.Command switch
    {
        NbdCommand.Read => ReadRunner.BytesHeld(request),
        NbdCommand.Cache => (int)Math.Min(request.Length, CachePiece),
        _ => 0,
    };

    /// <summary>Starts a request without payload; the bytes it holds have been admitted.</summary>
    public void Start(in RequestHeader request) => Watch(request, RunAsync(request));

    /// <summary>Starts a write; the payload, rented and admitted, is given back with its reply.</summary>
    public void StartWrite(in RequestHeader request, byte[] payload) =>
        Watch(request, WriteAsync(request, payload));

    /// <summary>Starts a status request of its own contexts and range.</summary>
    public void StartStatus(in RequestHeader request, IReadOnlyList<SelectedContext> contexts) =>
        Watch(request, _states.RunAsync(request, contexts));

    private void Watch(in RequestHeader request, ValueTask running)
    {
        if (!running.IsCompletedSuccessfully)
        {
            _memory.EnterRequest();
            _ = FinishAsync(request, running);
        }
    }

    /// <summary>The edge of a request: whatever it met, its client is answered.</summary>
    private async Task FinishAsync(RequestHeader request, ValueTask running)
    {
        try
        {
            await running;
        }
        catch (Exception exception)
        {
            _whenFault(exception);
            _replies.Refuse(request, Refusal.Fault);
        }

        _replies.Queue.Flush();
        _memory.LeaveRequest();
    }

    private ValueTask RunAsync(in RequestHeader request) => request.Command switch
    {
        NbdCommand.Read => _reads.RunAsync(request),
        // A write of nothing is all that comes here.
        NbdCommand.Write => AcknowledgeAsync(request, ValueTask.FromResult(IoStatus.Success)),
        NbdCommand.Flush => AcknowledgeAsync(request, _device.FlushAsync()),
        NbdCommand.Trim => TrimAsync(request),
        NbdCommand.WriteZeroes => AcknowledgeAsync(
            request, _device.ZeroAsync((long)request.Offset, (long)request.Length, FlagsOf(request))),
        NbdCommand.Cache => CacheAsync(request),
        NbdCommand.BlockStatus => _states.RunAsync(request, _session.Contexts),
        _ => throw new InvariantViolationException($"command {request.Command} has passed the checks"),
    };

    private ValueTask WriteAsync(in RequestHeader request, byte[] payload)
    {
        int length = (int)request.Length;
        _counters.AddWritten(length);
        ValueTask<IoStatus> write = _device.WriteAsync(
            (long)request.Offset, payload.AsMemory(0, length), FlagsOf(request) | WriteFlags.Stable);
        if (!write.IsCompletedSuccessfully)
        {
            return FinishWriteAsync(request, payload, write);
        }

        GiveBack(payload, length);
        Acknowledge(request, Inline.StatusOf(write));
        return ValueTask.CompletedTask;
    }

    private async ValueTask FinishWriteAsync(RequestHeader request, byte[] payload, ValueTask<IoStatus> write)
    {
        IoStatus status;
        try
        {
            status = await write;
        }
        finally
        {
            GiveBack(payload, (int)request.Length);
        }

        Acknowledge(request, status);
    }

    private void GiveBack(byte[] payload, int length)
    {
        ArrayPool<byte>.Shared.Return(payload);
        _memory.Release(length);
    }

    private async ValueTask TrimAsync(RequestHeader request)
    {
        IoStatus status = await _device.DiscardAsync((long)request.Offset, (long)request.Length);
        if (status == IoStatus.Success && (request.Flags & CommandFlags.Fua) != CommandFlags.None)
        {
            // A discard cannot be forced by itself.
            status = await _device.FlushAsync();
        }

        Acknowledge(request, status);
    }

    private async ValueTask CacheAsync(RequestHeader request)
    {
        int pieceLength = (int)Math.Min(request.Length, CachePiece);
        byte[] piece = ArrayPool<byte>.Shared.Rent(pieceLength);
        IoStatus status = IoStatus.Success;
        try
        {
            long end = (long)(request.Offset + request.Length);
            for (long at = (long)request.Offset; at < end && status == IoStatus.Success; at += pieceLength)
            {
                status = await _device.ReadAsync(at, piece.AsMemory(0, (int)Math.Min(pieceLength, end - at)));
            }
        }
        finally
        {
            GiveBack(piece, pieceLength);
        }

        Acknowledge(request, status);
    }

    private ValueTask AcknowledgeAsync(in RequestHeader request, ValueTask<IoStatus> running)
    {
        if (!running.IsCompletedSuccessfully)
        {
            return FinishAcknowledgeAsync(request, running);
        }

        Acknowledge(request, Inline.StatusOf(running));
        return ValueTask.CompletedTask;
    }

    private async ValueTask FinishAcknowledgeAsync(RequestHeader request, ValueTask<IoStatus> running) =>
        Acknowledge(request, await running);

    private void Acknowledge(in RequestHeader request, IoStatus status)
    {
        if (Refusal.Of(status) is { } refusal)
        {
            _replies.Refuse(request, refusal);
        }
        else
        {
            _replies.Succeed(request);
        }
    }

    private static WriteFlags FlagsOf(in RequestHeader request) =>
        ((request.Flags & CommandFlags.Fua) != CommandFlags.None ? WriteFlags.ForceUnitAccess : WriteFlags.None)
        | ((request.Flags & CommandFlags.NoHole) != CommandFlags.None ? WriteFlags.NoHole : WriteFlags.None);
}
