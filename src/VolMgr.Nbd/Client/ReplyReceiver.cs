using System.Buffers.Binary;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Client;

/// <summary>
/// Reads replies, simple and structured, into the requests that they answer. Every length is checked against the
/// request before a byte is taken; whatever does not fit is a <see cref="NbdRefusedException"/>, which ends the
/// connection.
/// </summary>
/// <param name="stream">Where replies come from.</param>
/// <param name="abilities">What was negotiated.</param>
/// <param name="find">The unanswered request of a cookie, or null.</param>
/// <param name="answer">Told of each request whose reply is complete.</param>
internal sealed class ReplyReceiver(
    Stream stream, ExportAbilities abilities, Func<ulong, ClientRequest?> find, Action<ClientRequest> answer)
{
    private const int ErrorBit = 1 << 15; // of the type of a chunk
    private const uint MostErrorBytes = 6 + 65535 + 8; // the numbers, the longest message, an offset
    private const uint MostExtents = 64; // one was asked for
    private readonly WireReader reader = new(stream);

    /// <summary>Reads until the connection ends, which is always an exception.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            uint magic = BinaryPrimitives.ReadUInt32BigEndian((await TakeAsync(4)).Span);
            if (magic == Magic.SimpleReply)
            {
                await ReadSimpleAsync();
            }
            else
            {
                Require(magic == Magic.StructuredReply && abilities.IsStructured, "its reply has a wrong magic");
                await ReadChunkAsync();
            }
        }
    }

    private async Task ReadSimpleAsync()
    {
        ReadOnlyMemory<byte> header = await TakeAsync(12);
        var error = (NbdError)BinaryPrimitives.ReadUInt32BigEndian(header.Span);
        ClientRequest request = Find(BinaryPrimitives.ReadUInt64BigEndian(header.Span[4..]));
        Require(request.Received == 0 && request.Extent.Length == 0, "it answers in two ways");
        bool isData = error == NbdError.None && request.Command is NbdCommand.Read or NbdCommand.BlockStatus;
        if (isData)
        {
            Require(
                !abilities.IsStructured && request.Command == NbdCommand.Read, "it answers a read in the old way");
            await reader.ReadAsync(request.Target, CancellationToken.None);
            request.Received = request.Length;
        }

        request.Error = error;
        Finish(request);
    }

    private async Task ReadChunkAsync()
    {
        ReadOnlyMemory<byte> header = await TakeAsync(16);
        bool isLast = (BinaryPrimitives.ReadUInt16BigEndian(header.Span) & ReplyHeader.Done) != 0;
        var type = (ReplyType)BinaryPrimitives.ReadUInt16BigEndian(header.Span[2..]);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(header.Span[12..]);
        ClientRequest request = Find(BinaryPrimitives.ReadUInt64BigEndian(header.Span[4..]));
        switch (type)
        {
            case ReplyType.None:
                Require(length == 0 && isLast, "its empty chunk is not empty");
                break;
            case ReplyType.OffsetData:
                await ReadDataAsync(request, length);
                break;
            case ReplyType.OffsetHole:
                await ReadHoleAsync(request, length);
                break;
            case ReplyType.BlockStatus:
                await ReadExtentsAsync(request, length);
                break;
            default:
                Require(((ushort)type & ErrorBit) != 0, "its chunk is of an unknown type");
                await ReadErrorAsync(request, length);
                break;
        }

        if (isLast)
        {
            Finish(request);
        }
    }

    private async Task ReadDataAsync(ClientRequest request, uint length)
    {
        Require(request.Command == NbdCommand.Read && length > 8, "its data chunk is out of place");
        ulong offset = BinaryPrimitives.ReadUInt64BigEndian((await TakeAsync(8)).Span);
        Memory<byte> place = Place(request, offset, length - 8);
        await reader.ReadAsync(place, CancellationToken.None);
    }

    private async Task ReadHoleAsync(ClientRequest request, uint length)
    {
        Require(request.Command == NbdCommand.Read && length == 12, "its hole is out of place");
        ReadOnlyMemory<byte> fields = await TakeAsync(12);
        ulong offset = BinaryPrimitives.ReadUInt64BigEndian(fields.Span);
        uint size = BinaryPrimitives.ReadUInt32BigEndian(fields.Span[8..]);
        Place(request, offset, size).Span.Clear();
    }

    private async Task ReadExtentsAsync(ClientRequest request, uint length)
    {
        Require(
            request.Command == NbdCommand.BlockStatus && request.Extent.Length == 0
                && length >= 12 && (length - 4) % 8 == 0 && length <= 4 + (8 * MostExtents),
            "its block status is malformed");
        ReadOnlyMemory<byte> fields = await TakeAsync((int)length);
        uint context = BinaryPrimitives.ReadUInt32BigEndian(fields.Span);
        uint extent = BinaryPrimitives.ReadUInt32BigEndian(fields.Span[4..]);
        Require(context == abilities.AllocationContext && extent > 0, "its block status makes no sense");
        request.Extent = (extent, BinaryPrimitives.ReadUInt32BigEndian(fields.Span[8..]));
    }

    private async Task ReadErrorAsync(ClientRequest request, uint length)
    {
        Require(length is >= 6 and <= MostErrorBytes, "its error chunk is malformed");
        ReadOnlyMemory<byte> fields = await TakeAsync(6);
        var error = (NbdError)BinaryPrimitives.ReadUInt32BigEndian(fields.Span);
        ushort message = BinaryPrimitives.ReadUInt16BigEndian(fields.Span[4..]);
        Require(error != NbdError.None && message <= length - 6, "its error chunk makes no sense");
        request.Error = request.Error == NbdError.None ? error : request.Error;
        await reader.SkipAsync(length - 6, CancellationToken.None);
    }

    /// <summary>The part of the caller's buffer that a chunk fills.</summary>
    private static Memory<byte> Place(ClientRequest request, ulong offset, uint length)
    {
        ulong start = unchecked(offset - (ulong)request.Offset);
        Require(
            length > 0 && offset >= (ulong)request.Offset && start <= request.Length
                && length <= request.Length - start && length <= request.Length - request.Received,
            "its chunk lies outside of what was asked for");
        request.Received += length;
        return request.Target.Slice((int)start, (int)length);
    }

    private void Finish(ClientRequest request)
    {
        if (request.Error == NbdError.Shutdown)
        {
            throw new NbdRefusedException("it is shutting down");
        }

        if (request.Error == NbdError.None)
        {
            Require(request.Command != NbdCommand.Read || request.Received == request.Length, "its reply has gaps");
            Require(
                request.Command != NbdCommand.BlockStatus || request.Extent.Length > 0, "it told no block status");
        }

        answer(request);
    }

    private ClientRequest Find(ulong cookie) =>
        find(cookie) ?? throw new NbdRefusedException("it answers what was not asked");

    private ValueTask<ReadOnlyMemory<byte>> TakeAsync(int length) => reader.TakeAsync(length, CancellationToken.None);

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new NbdRefusedException(problem);
        }
    }
}
