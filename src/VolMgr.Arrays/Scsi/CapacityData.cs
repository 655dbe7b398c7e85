using System.Buffers.Binary;

namespace VolMgr.Arrays.Scsi;

/// <summary>
/// READ CAPACITY (16) parameter data (SBC-3): 32 bytes, numbers big-endian.
/// <code>
/// offset size field
///   0     8   last logical block address
///   8     4   bytes of a logical block: 512
///  13     1   logical blocks per physical block, as a power of two: 3 (4096)
///  14     2   0x8000 thin (LBPME), 0x4000 unmapped blocks read as zeroes (LBPRZ)
/// </code>
/// READ CAPACITY (10) has eight bytes: the last address, 0xFFFFFFFF where it does not fit, and the block's bytes.
/// </summary>
internal readonly record struct CapacityData(long Length, bool IsThin)
{
    public const int Size = 32;

    private const int BlockSize = 512;

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (Length / BlockSize) - 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), BlockSize);
        bytes[13] = 3;
        bytes[14] = IsThin ? (byte)0xC0 : (byte)0;
        return bytes;
    }

    /// <summary>The short form.</summary>
    public byte[] ToShortBytes()
    {
        byte[] bytes = new byte[8];
        long last = (Length / BlockSize) - 1;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, last < uint.MaxValue ? (uint)last : uint.MaxValue);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), BlockSize);
        return bytes;
    }

    /// <summary>
    /// What the data says; false when it is cut short, of another block size, or of an impossible length.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CapacityData capacity)
    {
        capacity = default;
        if (bytes.Length < Size || BinaryPrimitives.ReadInt32BigEndian(bytes[8..]) != BlockSize)
        {
            return false;
        }

        long last = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (last is < 0 or >= long.MaxValue / BlockSize)
        {
            return false;
        }

        capacity = new CapacityData((last + 1) * BlockSize, (bytes[14] & 0x80) != 0);
        return true;
    }
}
