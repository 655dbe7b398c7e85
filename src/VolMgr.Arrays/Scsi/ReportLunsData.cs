using System.Buffers.Binary;

namespace VolMgr.Arrays.Scsi;

/// <summary>
/// REPORT LUNS parameter data (SPC-4): 4 bytes length of the list, big-endian, 4 reserved, then 8 bytes for each LUN in
/// ascending order: below 256 peripheral addressing (0, number), else flat addressing (0x40 + high 6 bits, low 8 bits).
/// </summary>
internal static class ReportLunsData
{
    /// <summary>Numbers from 0 to 16383.</summary>
    public const int MaximumNumber = 0x3FFF;

    private const int EntrySize = 8;

    public static byte[] Build(IEnumerable<int> numbers)
    {
        int[] sorted = [.. numbers.Distinct().Order()];
        byte[] bytes = new byte[EntrySize + (EntrySize * sorted.Length)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, EntrySize * sorted.Length);
        for (int index = 0; index < sorted.Length; index++)
        {
            int number = sorted[index];
            Blocks.Invariant.Holds(number is >= 0 and <= MaximumNumber);
            BinaryPrimitives.WriteUInt16BigEndian(
                bytes.AsSpan(EntrySize * (index + 1)), (ushort)(number < 256 ? number : 0x4000 | number));
        }

        return bytes;
    }

    /// <summary>The numbers; false when the data is cut short or an entry has another form of addressing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out IReadOnlyList<int> numbers)
    {
        numbers = [];
        if (bytes.Length < EntrySize)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (length < 0 || length % EntrySize != 0 || length > bytes.Length - EntrySize)
        {
            return false;
        }

        List<int> found = [];
        for (int offset = EntrySize; offset < EntrySize + length; offset += EntrySize)
        {
            int word = BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);
            if (word >> 14 > 1 || (word >> 14 == 0 && word > 255))
            {
                return false;
            }

            found.Add(word & MaximumNumber);
        }

        numbers = found;
        return true;
    }
}
