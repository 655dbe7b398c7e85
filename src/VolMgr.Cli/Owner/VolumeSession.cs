using System.Buffers;
using System.Buffers.Binary;
using VolMgr.Blocks;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Owner;

/// <summary>
/// Block I/O of one client on one volume. Requests carry ids and run side by side; replies come in any order. What is
/// in flight is bounded in bytes: beyond that the session reads no further request and the client's socket fills up.
/// A request that the client had no right to send ends the session.
/// </summary>
internal sealed class VolumeSession(FrameStream frames, ILabService service)
{
    private const int ReplyHead = sizeof(long) + 1;
    private const int TransferHead = 20;
    private readonly InFlightLimit inFlight = new();
    private IBlockDevice device = null!; // set before the first request is read
    private string? offence;

    /// <summary>Opens the volume that the payload names and serves it until the client closes it or goes.</summary>
    public async Task ServeAsync(byte[] payload, CancellationToken stopping)
    {
        if (OpenVolumeRequest.Read(payload) is not { } request)
        {
            await frames.RefuseAsync(ExitCodes.WrongUsage, "the open request is malformed");
            return;
        }

        try
        {
            device = await service.OpenVolumeAsync(request, stopping);
        }
        catch (UserErrorException error)
        {
            await frames.RefuseAsync(error.ExitCode, error.Message);
            return;
        }

        await using (device)
        {
            if (await frames.SendAsync(FrameType.VolumeOpened, new PayloadWriter().Int64(device.Length).Written))
            {
                await ServeRequestsAsync(stopping);
            }

            await inFlight.DrainAsync();
        }

        if (offence is not null)
        {
            OwnerLog.Write($"a client of volume {request.Group}/{request.Volume} was cut off: {offence}");
            await frames.RefuseAsync(ExitCodes.Refused, offence);
        }
    }

    private async Task ServeRequestsAsync(CancellationToken stopping)
    {
        while (offence is null && await frames.ReadHeaderAsync(stopping) is { } header)
        {
            bool goesOn = header.Type switch
            {
                FrameType.Read => await BeginReadAsync(header.PayloadLength, stopping),
                FrameType.Write => await BeginWriteAsync(header.PayloadLength, stopping),
                FrameType.Flush => await BeginFlushAsync(header.PayloadLength, stopping),
                _ => header.Type == FrameType.Close ? false : Offend($"{header.Type} is no request on a volume"),
            };
            if (!goesOn)
            {
                return;
            }
        }
    }

    private async Task<bool> BeginReadAsync(int payloadLength, CancellationToken stopping)
    {
        if (payloadLength != TransferHead)
        {
            return Offend("a read request has 20 bytes");
        }

        if (await frames.ReadPayloadAsync(TransferHead, stopping) is not { } head)
        {
            return false;
        }

        long id = BinaryPrimitives.ReadInt64LittleEndian(head);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(8));
        int length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(16));
        if (!IsInside(offset, length))
        {
            return Offend($"a read of {length} bytes at {offset} is not aligned or not inside the volume");
        }

        await inFlight.EnterAsync(length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        ValueTask<IoStatus> read = device.ReadAsync(offset, buffer.AsMemory(0, length), CancellationToken.None);
        _ = CompleteAsync(id, read, buffer, length, length);
        return true;
    }

    private async Task<bool> BeginWriteAsync(int payloadLength, CancellationToken stopping)
    {
        int length = payloadLength - TransferHead;
        if (length < 0)
        {
            return Offend("a write request has 20 bytes and its data");
        }

        if (await frames.ReadPayloadAsync(TransferHead, stopping) is not { } head)
        {
            return false;
        }

        long id = BinaryPrimitives.ReadInt64LittleEndian(head);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(8));
        var flags = (WriteFlags)BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(16));
        if (!IsInside(offset, length) || (flags & ~WriteFlags.ForceUnitAccess) != WriteFlags.None)
        {
            return Offend($"a write of {length} bytes at {offset} is not aligned or not inside the volume");
        }

        await inFlight.EnterAsync(length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        if (!await frames.ReadAsync(buffer.AsMemory(0, length), stopping))
        {
            inFlight.Leave(length);
            return false;
        }

        ReadOnlyMemory<byte> data = buffer.AsMemory(0, length);
        ValueTask<IoStatus> write = device.WriteAsync(offset, data, flags, CancellationToken.None);
        _ = CompleteAsync(id, write, buffer, 0, length);
        return true;
    }

    private async Task<bool> BeginFlushAsync(int payloadLength, CancellationToken stopping)
    {
        if (payloadLength != sizeof(long))
        {
            return Offend("a flush request has 8 bytes");
        }

        if (await frames.ReadPayloadAsync(sizeof(long), stopping) is not { } head)
        {
            return false;
        }

        await inFlight.EnterAsync(0);
        long id = BinaryPrimitives.ReadInt64LittleEndian(head);
        _ = CompleteAsync(id, device.FlushAsync(CancellationToken.None), null, 0, 0);
        return true;
    }

    private async Task CompleteAsync(long id, ValueTask<IoStatus> work, byte[]? buffer, int replyLength, int cost)
    {
        try
        {
            IoStatus status = await work;
            byte[] head = new byte[ReplyHead];
            BinaryPrimitives.WriteInt64LittleEndian(head, id);
            head[sizeof(long)] = (byte)status;
            ReadOnlyMemory<byte> data = status == IoStatus.Success && buffer is not null
                ? buffer.AsMemory(0, replyLength)
                : ReadOnlyMemory<byte>.Empty;
            await frames.SendAsync(FrameType.Reply, head, data);
        }
        catch (Exception error)
        {
            OwnerLog.Write($"a request on a volume failed: {error}");
            offence = "an internal error; run/owner.log has the details";
            frames.Dispose();
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            inFlight.Leave(cost);
        }
    }

    private bool IsInside(long offset, int length) =>
        length is > 0 and <= FrameHeader.MaximumTransfer
        && length % 512 == 0
        && offset >= 0
        && offset % 512 == 0
        && offset <= device.Length - length;

    private bool Offend(string what)
    {
        offence = what;
        return false;
    }
}
