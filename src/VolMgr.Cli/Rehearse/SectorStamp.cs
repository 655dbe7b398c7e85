using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
/// number of the write that made it, and all the rest follows from them, so that whatever is read back tells which
/// write it came from, and any byte that is not of that write shows.
/// <code>
/// offset size field
///      0    8 magic
///      8    8 volume tag (group, volume and seed)
///     16    8 sector number in the volume
///     24    8 sequence number of the write, from 1
///     32  480 sixty words, a progression whose first one is a hash of the fields above
/// </code>
/// </summary>
/// <remarks>The words are a progression and not a chain of hashes so that a processor makes and compares them as fast
/// as it moves bytes: a rehearsal in virtual time does that to terabytes.</remarks>
internal static class SectorStamp
{
    public const int Size = 512;
    private const ulong Magic = 0x564F_4C4D_4752_5354;
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;
    private const int VectorsPerSector = Size / (4 * sizeof(ulong));

    private static readonly Vector256<ulong> firstSteps = Vector256.Create(0UL, Step, unchecked(2 * Step),
        unchecked(3 * Step));

    private static readonly Vector256<ulong> fourSteps = Vector256.Create(unchecked(4 * Step));

    /// <summary>Fills whole sectors with the stamps of one write.</summary>
    public static void Fill(Span<byte> target, ulong tag, long firstSector, long sequence)
    {
        Span<Vector256<ulong>> vectors = MemoryMarshal.Cast<byte, Vector256<ulong>>(target);
        for (int at = 0; at < vectors.Length; at += VectorsPerSector)
        {
            long number = firstSector + (at / VectorsPerSector);
            Span<Vector256<ulong>> sector = vectors.Slice(at, VectorsPerSector);
            sector[0] = Header(tag, number, sequence);
            Vector256<ulong> words = FirstWords(tag, number, sequence);
            for (int index = 1; index < sector.Length; index++)
            {
                sector[index] = words;
                words += fourSteps;
            }
        }
    }

    /// <summary>How many whole sectors from the start are exactly the stamps of one write.</summary>
    public static int CountOf(ReadOnlySpan<byte> content, ulong tag, long firstSector, long sequence)
    {
        ReadOnlySpan<Vector256<ulong>> vectors = MemoryMarshal.Cast<byte, Vector256<ulong>>(content);
        int count = 0;
        for (; (count + 1) * VectorsPerSector <= vectors.Length; count++)
        {
            long number = firstSector + count;
            ReadOnlySpan<Vector256<ulong>> sector = vectors.Slice(count * VectorsPerSector, VectorsPerSector);
            Vector256<ulong> differing = sector[0] ^ Header(tag, number, sequence);
            Vector256<ulong> words = FirstWords(tag, number, sequence);
            for (int index = 1; index < sector.Length; index++)
            {
                differing |= sector[index] ^ words;
                words += fourSteps;
            }

            if (differing != Vector256<ulong>.Zero)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>What the first fields of a sector claim; false when they are not those of a stamp.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> sector, out ulong tag, out long number, out long sequence)
    {
        tag = BinaryPrimitives.ReadUInt64LittleEndian(sector[8..]);
        number = BinaryPrimitives.ReadInt64LittleEndian(sector[16..]);
        sequence = BinaryPrimitives.ReadInt64LittleEndian(sector[24..]);
        return BinaryPrimitives.ReadUInt64LittleEndian(sector) == Magic;
    }

    /// <summary>Reads the stamp of one sector.</summary>
    public static StampStatus Read(ReadOnlySpan<byte> sector, ulong tag, long number, out long sequence)
    {
        if (!TryReadHeader(sector, out ulong foundTag, out long foundNumber, out sequence))
        {
            sequence = 0;
            return sector.IndexOfAnyExcept((byte)0) < 0 ? StampStatus.Zero : StampStatus.Garbage;
        }

        if (CountOf(sector, foundTag, foundNumber, sequence) == 0)
        {
            return StampStatus.Garbage;
        }

        return foundTag == tag && foundNumber == number ? StampStatus.Valid : StampStatus.Misplaced;
    }

    private static Vector256<ulong> Header(ulong tag, long number, long sequence) =>
        Vector256.Create(Magic, tag, unchecked((ulong)number), unchecked((ulong)sequence));

    private static Vector256<ulong> FirstWords(ulong tag, long number, long sequence)
    {
        unchecked
        {
            ulong hash = tag ^ ((ulong)number * 0xBF58_476D_1CE4_E5B9) ^ ((ulong)sequence * 0x94D0_49BB_1331_11EB);
            hash = (hash ^ (hash >> 30)) * 0xBF58_476D_1CE4_E5B9;
            hash = (hash ^ (hash >> 27)) * 0x94D0_49BB_1331_11EB;
            return Vector256.Create(hash ^ (hash >> 31)) + firstSteps;
        }
    }
}
