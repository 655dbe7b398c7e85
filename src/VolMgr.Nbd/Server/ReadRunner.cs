using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>
/// Reads. A small one goes from the device straight into the block that will be sent. A long one, where the client can
/// be told of holes, is asked for its extents first, and only its data is read and sent.
/// </summary>
internal sealed class ReadRunner(ExportDevice device, ReplyWriter replies, ConnectionMemory memory, Counters counters)
{
    /// <summary>Below this a question for extents costs more than sending zeroes.</summary>
    internal const int LeastWithHoles = 32 << 10;

    /// <summary>
    /// Data is read and sent in pieces: what was just read is still in the processor's cache when it is sent, and the
    /// client takes one piece while the next is read. Smaller ones were slower.
    /// </summary>
    private const int Piece = 1 << 20;

    /// <summary>Extents of one reply; what lies behind is sent as data.</summary>
    private const int MostExtents = 64;

    private readonly ExportDevice _device = device;
    private readonly ReplyWriter _replies = replies;
    private readonly ConnectionMemory _memory = memory;
    private readonly Counters _counters = counters;

    /// <summary>Bytes to be admitted before the request starts; a shared block needs no asking.</summary>
    public static int BytesHeld(in RequestHeader request) => IsSmall(request) ? 0 : (int)request.Length;

    public ValueTask RunAsync(RequestHeader request)
    {
        if (request.Length == 0)
        {
            _replies.SucceedEmptyRead(request);
            return ValueTask.CompletedTask;
        }

        if (IsSmall(request))
        {
            return RunSmallAsync(request);
        }

        return _replies.Style == HeaderStyle.Simple || request.Length < LeastWithHoles
            ? ReadDataAsync(request, (long)request.Offset, (int)request.Length, isLast: true)
            : RunLongAsync(request);
    }

    private static bool IsSmall(in RequestHeader request) =>
        request.Length + ReplyHeader.LargestPrefix <= ReplyQueue.LargestShared;

    /// <summary>No state machine is made for a device that answers at once.</summary>
    private ValueTask RunSmallAsync(in RequestHeader request)
    {
        int prefix = _replies.DataPrefix;
        ReplySpace space = _replies.Queue.Reserve(prefix + (int)request.Length);
        ValueTask<IoStatus> read = _device.ReadAsync((long)request.Offset, space.Memory[prefix..]);
        if (!read.IsCompletedSuccessfully)
        {
            return FinishSmallAsync(read, request, space);
        }

        FinishSmall(Inline.StatusOf(read), request, space);
        return ValueTask.CompletedTask;
    }

    private async ValueTask FinishSmallAsync(ValueTask<IoStatus> read, RequestHeader request, ReplySpace space)
    {
        IoStatus status;
        try
        {
            status = await read;
        }
        catch
        {
            _replies.Queue.Cancel(space);
            throw;
        }

        FinishSmall(status, request, space);
    }

    private void FinishSmall(IoStatus status, in RequestHeader request, ReplySpace space)
    {
        if (Refusal.Of(status) is { } refusal)
        {
            _replies.Queue.Cancel(space);
            _replies.Refuse(request, refusal);
            return;
        }

        _replies.WriteDataPrefix(
            space.Span, request, (long)request.Offset, (int)request.Length, isLast: true);
        _counters.AddRead((long)request.Length);
        _replies.Append(space);
    }

    private async ValueTask RunLongAsync(RequestHeader request)
    {
        long position = (long)request.Offset;
        long end = position + (long)request.Length;
        bool isWhole = (request.Flags & CommandFlags.Df) != CommandFlags.None;
        for (int extents = 1; position < end; extents++)
        {
            ExtentReply extent = await _device.NextExtentAsync(position, end - position);
            if (extents == MostExtents || (isWhole && extent.Length < end - position)
                || extent.Status != IoStatus.Success)
            {
                extent = new ExtentReply(IoStatus.Success, ExtentKind.Data, end - position);
            }

            bool isLast = extent.Length == end - position;
            if (extent.Kind == ExtentKind.Hole)
            {
                _memory.Release((int)extent.Length);
                _replies.AppendHole(request, position, extent.Length, isLast);
            }
            else if (await ReadPiecesAsync(request, position, extent.Length, isLast) is var read
                && read < extent.Length)
            {
                _memory.Release((int)(end - position - read - Math.Min(PieceOf(request), extent.Length - read)));
                return;
            }

            position += extent.Length;
        }
    }

    private static long PieceOf(in RequestHeader request) =>
        (request.Flags & CommandFlags.Df) == CommandFlags.None ? Piece : long.MaxValue;

    /// <summary>Content chunks; how many bytes they hold. Less than asked for: an error has been sent and ends the
    /// reply.</summary>
    private async ValueTask<long> ReadPiecesAsync(RequestHeader request, long offset, long length, bool isLast)
    {
        for (long done = 0; done < length;)
        {
            await _replies.Queue.WhenRoomAsync();
            long count = Math.Min(PieceOf(request), length - done);
            if (!await TryReadDataAsync(request, offset + done, (int)count, isLast && done + count == length))
            {
                return done;
            }

            _replies.Queue.Flush();
            done += count;
        }

        return length;
    }

    private async ValueTask ReadDataAsync(RequestHeader request, long offset, int length, bool isLast) =>
        await TryReadDataAsync(request, offset, length, isLast);

    /// <summary>One content chunk, or a whole simple reply; false: an error has been sent and ends it.</summary>
    private async ValueTask<bool> TryReadDataAsync(RequestHeader request, long offset, int length, bool isLast)
    {
        ReplySpace data = ReplyQueue.ReserveOwn(length, charge: length);
        IoStatus status;
        try
        {
            status = await _device.ReadAsync(offset, data.Memory);
        }
        catch
        {
            _replies.Queue.Cancel(data);
            throw;
        }

        if (Refusal.Of(status) is { } refusal)
        {
            _replies.Queue.Cancel(data);
            _replies.Refuse(request, refusal);
            return false;
        }

        ReplySpace head = _replies.Queue.Reserve(_replies.DataPrefix);
        _replies.WriteDataPrefix(head.Span, request, offset, length, isLast);
        _counters.AddRead(length);
        _replies.Append(head, data, isLast);
        return true;
    }
}
