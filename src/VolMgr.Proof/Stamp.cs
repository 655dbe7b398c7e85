using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VolMgr.Proof;

/// <summary>
/// What a sector holds, reduced to the write that made it. A stamped sector is its write's number, its own place, and a
/// filling that follows from both, so that a mixture, a misplaced sector or poison is told from a write.
/// </summary>
/// <remarks>The first and the last eight bytes are edges, the same for every write, so that a write inside of sectors
/// that leaves them out makes the same sector; where they were zero they stay so.</remarks>
internal static class Stamp
{
    public const int SectorSize = 512;

    /// <summary>Bytes at both ends of a sector that say nothing about its write.</summary>
    public const int Edge = 8;

    private const ulong EdgeWord = 0x6564_6765_7EED_5EED;

    /// <summary>The sector is zero: discarded, zeroed or never written.</summary>
    public const long Zero = 0;

    /// <summary>The sector is nothing that the workload wrote.</summary>
    public const long Garbage = -1;

    /// <summary>Fills whole sectors as the write of that number does; write 0 fills zeroes.</summary>
    public static void Fill(Span<byte> target, long firstSector, long write)
    {
        for (int offset = 0; offset < target.Length; offset += SectorSize)
        {
            FillOne(target.Slice(offset, SectorSize), firstSector + (offset / SectorSize), write);
        }
    }

    /// <summary>The number of the write that a sector shows, <see cref="Zero"/> or <see cref="Garbage"/>.</summary>
    public static long Read(ReadOnlySpan<byte> sector, long number)
    {
        if (sector.IndexOfAnyExcept((byte)0) < 0)
        {
            return Zero;
        }

        if (!IsEdge(sector) || !IsEdge(sector[^Edge..]))
        {
            return Garbage;
        }

        ReadOnlySpan<byte> body = sector[Edge..^Edge];
        if (body.IndexOfAnyExcept((byte)0) < 0)
        {
            return Zero;
        }

        long write = BinaryPrimitives.ReadInt64LittleEndian(body);
        if (write <= 0)
        {
            return Garbage;
        }

        Span<byte> expected = stackalloc byte[SectorSize];
        FillOne(expected, number, write);
        return body.SequenceEqual(expected[Edge..^Edge]) ? write : Garbage;
    }

    /// <summary>The writes that the sectors of a whole volume show.</summary>
    public static long[] ReadAll(ReadOnlySpan<byte> volume)
    {
        long[] values = new long[volume.Length / SectorSize];
        for (int sector = 0; sector < values.Length; sector++)
        {
            values[sector] = Read(volume.Slice(sector * SectorSize, SectorSize), sector);
        }

        return values;
    }

    /// <summary>Whether a sector is what some write made for some place.</summary>
    public static bool IsAny(ReadOnlySpan<byte> sector) =>
        BinaryPrimitives.ReadInt64LittleEndian(sector[Edge..]) > 0
        && Read(sector, BinaryPrimitives.ReadInt64LittleEndian(sector[(2 * Edge)..])) > 0;

    private static bool IsEdge(ReadOnlySpan<byte> at) =>
        BinaryPrimitives.ReadUInt64LittleEndian(at) is 0 or EdgeWord;

    private static void FillOne(Span<byte> sector, long number, long write)
    {
        if (write == Zero)
        {
            sector.Clear();
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(sector, EdgeWord);
        BinaryPrimitives.WriteInt64LittleEndian(sector[Edge..], write);
        BinaryPrimitives.WriteInt64LittleEndian(sector[(2 * Edge)..], number);
        unchecked
        {
            // one product for the sector, and words that differ by their place
            ulong word = (ulong)write * 0x9E37_79B9_7F4A_7C15 ^ (ulong)number;
            Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(sector)[3..^1];
            for (int index = 0; index < words.Length; index++)
            {
                words[index] = word + (ulong)index;
            }
        }

        BinaryPrimitives.WriteUInt64LittleEndian(sector[^Edge..], EdgeWord);
    }
}
