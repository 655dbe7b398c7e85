using System.Buffers.Binary;
using System.Numerics;

namespace VolMgr.Cli.Rehearse;

/// <summary>What a sector of a volume under the verified workload was found to hold.</summary>
internal enum StampStatus
{
    /// <summary>All zero: never written.</summary>
    Zero = 1,

    /// <summary>A whole stamp of this volume and this sector.</summary>
    Valid = 2,

    /// <summary>A whole stamp, but of another volume or another sector: misdirected.</summary>
    Misplaced = 3,

    /// <summary>Neither zero nor a whole stamp.</summary>
    Garbage = 4,
}

/// <summary>
/// The content that the verified workload writes: each 512-byte sector names its volume, its place and the sequence
/// number of the write that made it, and carries a checksum, so that whatever is read back tells which write it came
/// from.
/// <code>
/// offset size field
///      0    8 magic
///      8    8 volume tag (group, volume and seed)
///     16    8 sector number in the volume
///     24    8 sequence number of the write, from 1
///     32  472 bytes derived from the four fields above
///    504    4 zero
///    508    4 CRC-32C of bytes 0 to 507
/// </code>
/// </summary>
internal static class SectorStamp
{
    public const int Size = 512;
    private const ulong Magic = 0x564F_4C4D_4752_5354;

    /// <summary>Fills whole sectors with the stamps of one write.</summary>
    public static void Fill(Span<byte> target, ulong tag, long firstSector, long sequence)
    {
        for (int index = 0; index * Size < target.Length; index++)
        {
            FillOne(target.Slice(index * Size, Size), tag, firstSector + index, sequence);
        }
    }

    /// <summary>Reads the stamp of one sector.</summary>
    public static StampStatus Read(ReadOnlySpan<byte> sector, ulong tag, long number, out long sequence)
    {
        sequence = 0;
        if (BinaryPrimitives.ReadUInt64LittleEndian(sector) != Magic)
        {
            return sector.IndexOfAnyExcept((byte)0) < 0 ? StampStatus.Zero : StampStatus.Garbage;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(sector[508..]) != Checksum(sector[..508]))
        {
            return StampStatus.Garbage;
        }

        sequence = BinaryPrimitives.ReadInt64LittleEndian(sector[24..]);
        bool isHome = BinaryPrimitives.ReadUInt64LittleEndian(sector[8..]) == tag
            && BinaryPrimitives.ReadInt64LittleEndian(sector[16..]) == number;
        return isHome ? StampStatus.Valid : StampStatus.Misplaced;
    }

    private static void FillOne(Span<byte> sector, ulong tag, long number, long sequence)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sector, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(sector[8..], tag);
        BinaryPrimitives.WriteInt64LittleEndian(sector[16..], number);
        BinaryPrimitives.WriteInt64LittleEndian(sector[24..], sequence);
        unchecked
        {
            // xorshift64: cheap, and any mix-up of two writes shows in every word
            ulong state = (tag ^ ((ulong)number * 0x9E37_79B9_7F4A_7C15) ^ ((ulong)sequence << 17)) | 1;
            for (int offset = 32; offset < 504; offset += 8)
            {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                BinaryPrimitives.WriteUInt64LittleEndian(sector[offset..], state);
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(sector[504..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[508..], Checksum(sector[..508]));
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
