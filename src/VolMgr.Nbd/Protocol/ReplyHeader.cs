using System.Buffers.Binary;

namespace VolMgr.Nbd.Protocol;

/// <summary>Chunks of structured and extended replies. Errors have bit 15.</summary>
internal enum ReplyType : ushort
{
    None = 0,
    OffsetData = 1,
    OffsetHole = 2,
    BlockStatus = 5,
    BlockStatusExtended = 6,
    Error = 0x8001,
    ErrorOffset = 0x8002,
}

/// <summary>
/// Headers of replies.
/// <code>
/// simple:     magic 4 | error 4 | cookie 8                                         16 bytes
/// structured: magic 4 | flags 2 | type 2 | cookie 8 | length 4                     20 bytes
/// extended:   magic 4 | flags 2 | type 2 | cookie 8 | offset 8 | length 8          32 bytes
/// </code>
/// </summary>
internal static class ReplyHeader
{
    public const int SimpleSize = 16;
    public const int StructuredSize = 20;
    public const int ExtendedSize = 32;

    /// <summary>Room for any header and the offset of a content chunk.</summary>
    public const int LargestPrefix = ExtendedSize + sizeof(ulong);

    /// <summary>Flag of the last chunk of a reply.</summary>
    public const ushort Done = 1;

    public static int SizeOf(HeaderStyle style) => style switch
    {
        HeaderStyle.Simple => SimpleSize,
        HeaderStyle.Structured => StructuredSize,
        HeaderStyle.Extended => ExtendedSize,
    };

    public static void WriteSimple(Span<byte> bytes, NbdError error, ulong cookie)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic.SimpleReply);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)error);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], cookie);
    }

    /// <summary>Header of one chunk, structured or extended.</summary>
    public static void WriteChunk(
        Span<byte> bytes, HeaderStyle style, in RequestHeader request, ReplyType type, bool isLast, int payloadLength)
    {
        bool isExtended = style == HeaderStyle.Extended;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, isExtended ? Magic.ExtendedReply : Magic.StructuredReply);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], isLast ? Done : (ushort)0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)type);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], request.Cookie);
        if (isExtended)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], request.Offset);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], (ulong)payloadLength);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], (uint)payloadLength);
        }
    }
}
