using System.Buffers.Binary;

namespace VolMgr.Nbd.Protocol;

/// <summary>
/// A request of the transmission.
/// <code>
/// compact: magic 4 | flags 2 | type 2 | cookie 8 | offset 8 | length 4      28 bytes
/// extended: the same with a length of 8                                    32 bytes
/// </code>
/// All fields are as the client sent them: nothing is checked here but the magic.
/// </summary>
internal readonly record struct RequestHeader(
    CommandFlags Flags, NbdCommand Command, ulong Cookie, ulong Offset, ulong Length)
{
    public const int CompactSize = 28;
    public const int ExtendedSize = 32;

    /// <summary>Bytes of a header in the agreed style.</summary>
    public static int SizeOf(HeaderStyle style) => style == HeaderStyle.Extended ? ExtendedSize : CompactSize;

    /// <summary>False: the magic is wrong, and nothing on this connection can be believed any more.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, HeaderStyle style, out RequestHeader header)
    {
        bool isExtended = style == HeaderStyle.Extended;
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        header = new RequestHeader(
            (CommandFlags)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            (NbdCommand)BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            isExtended
                ? BinaryPrimitives.ReadUInt64BigEndian(bytes[24..])
                : BinaryPrimitives.ReadUInt32BigEndian(bytes[24..]));
        return magic == (isExtended ? Magic.ExtendedRequest : Magic.CompactRequest);
    }

    /// <summary>Writes the header; a compact one cannot carry more than 32 bits of length.</summary>
    public void WriteTo(Span<byte> bytes, HeaderStyle style)
    {
        bool isExtended = style == HeaderStyle.Extended;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, isExtended ? Magic.ExtendedRequest : Magic.CompactRequest);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)Flags);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)Command);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Cookie);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], Offset);
        if (isExtended)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[24..], (uint)Length);
        }
    }

    /// <summary>
    /// Bytes that follow the header: those of a compact write, or of any extended request that says so.
    /// </summary>
    public ulong PayloadLength(HeaderStyle style)
    {
        bool hasPayload = style == HeaderStyle.Extended
            ? (Flags & CommandFlags.PayloadLength) != CommandFlags.None
            : Command == NbdCommand.Write;
        return hasPayload ? Length : 0;
    }
}
