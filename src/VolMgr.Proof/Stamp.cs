using System.Buffers.Binary;

namespace VolMgr.Proof;

/// <summary>
/// What a sector holds, reduced to the write that made it. A stamped sector is its write's number, its own place, and a
/// filling that follows from both, so that a mixture, a misplaced sector or poison is told from a write.
/// </summary>
internal static class Stamp
{
    public const int SectorSize = 512;

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

        long write = BinaryPrimitives.ReadInt64LittleEndian(sector);
        Span<byte> expected = stackalloc byte[SectorSize];
        FillOne(expected, number, write);
        return write > 0 && sector.SequenceEqual(expected) ? write : Garbage;
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
        BinaryPrimitives.ReadInt64LittleEndian(sector) > 0
        && Read(sector, BinaryPrimitives.ReadInt64LittleEndian(sector[8..])) > 0;

    private static void FillOne(Span<byte> sector, long number, long write)
    {
        if (write == Zero)
        {
            sector.Clear();
            return;
        }

        BinaryPrimitives.WriteInt64LittleEndian(sector, write);
        BinaryPrimitives.WriteInt64LittleEndian(sector[8..], number);
        unchecked
        {
            ulong word = (ulong)write * 0x9E37_79B9_7F4A_7C15 ^ (ulong)number;
            for (int offset = 16; offset < SectorSize; offset += 8)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(sector[offset..], word + (ulong)offset);
            }
        }
    }
}
