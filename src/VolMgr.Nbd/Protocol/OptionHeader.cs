using System.Buffers.Binary;

namespace VolMgr.Nbd.Protocol;

/// <summary>Head of an option: magic 8 | option 4 | length 4.</summary>
internal readonly record struct OptionHeader(NbdOption Option, uint Length)
{
    public const int Size = 16;

    /// <summary>False: the magic is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out OptionHeader header)
    {
        header = new OptionHeader(
            (NbdOption)BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]));
        return BinaryPrimitives.ReadUInt64BigEndian(bytes) == Magic.Option;
    }

    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Magic.Option);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], (uint)Option);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Length);
    }
}
