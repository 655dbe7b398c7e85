using System.Buffers.Binary;
using System.Numerics;

namespace VolMgr.Volumes.OnDisk;

/// <summary>CRC-32C as every structure of the private region carries it: initial value and final inversion of all
/// ones.</summary>
internal static class Checksum
{
    /// <summary>The checksum of the bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => ~Continue(uint.MaxValue, bytes);

    /// <summary>
    /// The checksum of a structure and what follows it, with some of its bytes left out: they count as zeroes, so that
    /// a
    /// structure can carry its own checksum and a copy number.
    /// </summary>
    public static uint Of(ReadOnlySpan<byte> structure, Range leftOut, ReadOnlySpan<byte> tail = default)
    {
        (int offset, int length) = leftOut.GetOffsetAndLength(structure.Length);
        uint crc = Continue(uint.MaxValue, structure[..offset]);
        for (int index = 0; index < length; index++)
        {
            crc = BitOperations.Crc32C(crc, (byte)0);
        }

        crc = Continue(crc, structure[(offset + length)..]);
        return ~Continue(crc, tail);
    }

    private static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
