using System.Buffers.Binary;
using System.Text;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>Lays replies out in the agreed style and puts them in the queue. Thread-safe.</summary>
internal sealed class ReplyWriter(HeaderStyle style, ReplyQueue queue, Counters counters)
{
    private const int OffsetSize = sizeof(ulong);
    private const int HoleSize = OffsetSize + sizeof(uint);
    private const int ErrorSize = sizeof(uint) + sizeof(ushort);

    private readonly Counters _counters = counters;

    public HeaderStyle Style { get; } = style;

    public ReplyQueue Queue { get; } = queue;

    /// <summary>What stands before the data of a read.</summary>
    public int DataPrefix => ReplyHeader.SizeOf(Style) + (Style == HeaderStyle.Simple ? 0 : OffsetSize);

    /// <summary>The request is done and there is nothing to tell.</summary>
    public void Succeed(in RequestHeader request)
    {
        bool isExtended = Style == HeaderStyle.Extended;
        ReplySpace space = Queue.Reserve(isExtended ? ReplyHeader.ExtendedSize : ReplyHeader.SimpleSize);
        if (isExtended)
        {
            ReplyHeader.WriteChunk(space.Span, Style, request, ReplyType.None, isLast: true, payloadLength: 0);
        }
        else
        {
            ReplyHeader.WriteSimple(space.Span, NbdError.None, request.Cookie);
        }

        Append(space);
    }

    /// <summary>
    /// The end of a read that had no bytes: its reply must be structured where those of reads are.
    /// </summary>
    public void SucceedEmptyRead(in RequestHeader request)
    {
        if (Style != HeaderStyle.Structured)
        {
            Succeed(request);
            return;
        }

        ReplySpace space = Queue.Reserve(ReplyHeader.StructuredSize);
        ReplyHeader.WriteChunk(space.Span, Style, request, ReplyType.None, isLast: true, payloadLength: 0);
        Append(space);
    }

    public void Refuse(in RequestHeader request, Refusal refusal)
    {
        _counters.AddError();
        if (Style == HeaderStyle.Simple)
        {
            ReplySpace simple = Queue.Reserve(ReplyHeader.SimpleSize);
            ReplyHeader.WriteSimple(simple.Span, refusal.Error, request.Cookie);
            Append(simple);
            return;
        }

        int message = Encoding.UTF8.GetByteCount(refusal.Message);
        int head = ReplyHeader.SizeOf(Style);
        ReplySpace space = Queue.Reserve(head + ErrorSize + message);
        Span<byte> bytes = space.Span;
        ReplyHeader.WriteChunk(bytes, Style, request, ReplyType.Error, isLast: true, ErrorSize + message);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[head..], (uint)refusal.Error);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(head + sizeof(uint))..], (ushort)message);
        Encoding.UTF8.GetBytes(refusal.Message, bytes[(head + ErrorSize)..]);
        Append(space);
    }

    /// <summary>Head of data that lies behind it: a simple reply, or a content chunk.</summary>
    public void WriteDataPrefix(Span<byte> bytes, in RequestHeader request, long offset, int length, bool isLast)
    {
        if (Style == HeaderStyle.Simple)
        {
            ReplyHeader.WriteSimple(bytes, NbdError.None, request.Cookie);
        }
        else
        {
            ReplyHeader.WriteChunk(bytes, Style, request, ReplyType.OffsetData, isLast, OffsetSize + length);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[ReplyHeader.SizeOf(Style)..], (ulong)offset);
        }
    }

    /// <summary>A content chunk that says: so many zeroes.</summary>
    public void AppendHole(in RequestHeader request, long offset, long length, bool isLast)
    {
        int head = ReplyHeader.SizeOf(Style);
        ReplySpace space = Queue.Reserve(head + HoleSize);
        ReplyHeader.WriteChunk(space.Span, Style, request, ReplyType.OffsetHole, isLast, HoleSize);
        BinaryPrimitives.WriteUInt64BigEndian(space.Span[head..], (ulong)offset);
        BinaryPrimitives.WriteUInt32BigEndian(space.Span[(head + OffsetSize)..], (uint)length);
        if (isLast)
        {
            _counters.AddRequest();
        }

        Queue.Append(space);
    }

    /// <summary>Sends a reply, or with more to come a part of it, that has been laid out.</summary>
    public void Append(ReplySpace space, ReplySpace? data = null, bool isLast = true)
    {
        if (isLast)
        {
            _counters.AddRequest();
        }

        Queue.Append(space, data);
    }
}
