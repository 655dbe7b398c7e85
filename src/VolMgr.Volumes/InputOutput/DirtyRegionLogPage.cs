using System.Buffers.Binary;
using VolMgr.Blocks;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// The pages of a dirty region log, one sector each. All numbers are little-endian; reserved bytes are zero.
/// </summary>
/// <remarks>
/// A page is written alone and whole: the sector is the atomic unit of a disk. A log on two plexes has the same pages
/// on both; a reader takes a region as dirty when either says so. The log id is drawn when a log is laid out, so that
/// pages of an earlier log on the same space are recognised.
/// <code>
/// header, page 0
/// offset size field             meaning
/// 0x000     8 Magic             "VOLMGRDL"
/// 0x008     2 Version           1
/// 0x00A     2 MinimumReader     1
/// 0x00C     4 Checksum          CRC-32C of the sector with this field as zero
/// 0x010    16 LogId
/// 0x020     8 VolumeLength      bytes
/// 0x028     8 RegionSize        bytes
/// 0x030   464 reserved
///
/// bitmap, pages 1 to n
/// 0x000     4 Magic             "VDLB"
/// 0x004     4 PageNumber        1 to n
/// 0x008     4 reserved
/// 0x00C     4 Checksum          as above
/// 0x010    16 LogId
/// 0x020   480 Bits              region (page - 1) * 3840 + 8 * byte + bit
/// </code>
/// </remarks>
internal static class DirtyRegionLogPage
{
    public const int Size = DirtyRegionLogGeometry.PageLength;

    private const ulong HeaderMagic = 0x4C44_5247_4D4C_4F56; // "VOLMGRDL"
    private const uint BitmapMagic = 0x424C_4456; // "VDLB"
    private const ushort CurrentVersion = 1;

    /// <summary>Writes the header of a log.</summary>
    public static void WriteHeader(Span<byte> sector, Guid logId, DirtyRegionLogGeometry geometry)
    {
        Invariant.Holds(sector.Length == Size);
        sector.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(sector[Field.Magic..], HeaderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(sector[Field.Version..], CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(sector[Field.MinimumReader..], CurrentVersion);
        logId.TryWriteBytes(sector[Field.LogId..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(sector[Field.VolumeLength..], geometry.VolumeLength);
        BinaryPrimitives.WriteInt64LittleEndian(sector[Field.RegionSize..], geometry.RegionSize);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[Field.Checksum..], SumOf(sector));
    }

    /// <summary>Reads the header of a log that must describe this geometry.</summary>
    public static ReadStatus ReadHeader(ReadOnlySpan<byte> sector, DirtyRegionLogGeometry geometry, out Guid logId)
    {
        Invariant.Holds(sector.Length == Size);
        logId = default;
        if (BinaryPrimitives.ReadUInt64LittleEndian(sector[Field.Magic..]) != HeaderMagic)
        {
            return ReadStatus.NotOurs;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(sector[Field.Checksum..]) != SumOf(sector))
        {
            return ReadStatus.BadChecksum;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(sector[Field.MinimumReader..]) > CurrentVersion)
        {
            return ReadStatus.TooNew;
        }

        if (BinaryPrimitives.ReadInt64LittleEndian(sector[Field.VolumeLength..]) != geometry.VolumeLength
            || BinaryPrimitives.ReadInt64LittleEndian(sector[Field.RegionSize..]) != geometry.RegionSize
            || sector[Field.Reserved..].ContainsAnyExcept((byte)0))
        {
            return ReadStatus.Inconsistent;
        }

        logId = new Guid(sector.Slice(Field.LogId, Field.LogIdLength), bigEndian: true);
        return ReadStatus.Valid;
    }

    /// <summary>Writes a page of the bitmap.</summary>
    public static void WriteBits(Span<byte> sector, Guid logId, int page, ReadOnlySpan<byte> bits)
    {
        Invariant.Holds(sector.Length == Size);
        Invariant.Holds(bits.Length == Size - Field.Bits);
        sector.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(sector[Field.Magic..], BitmapMagic);
        BinaryPrimitives.WriteInt32LittleEndian(sector[Field.PageNumber..], page);
        logId.TryWriteBytes(sector[Field.LogId..], bigEndian: true, out _);
        bits.CopyTo(sector[Field.Bits..]);
        BinaryPrimitives.WriteUInt32LittleEndian(sector[Field.Checksum..], SumOf(sector));
    }

    /// <summary>Reads a page of the bitmap: adds its bits to those that are there.</summary>
    public static ReadStatus ReadBits(ReadOnlySpan<byte> sector, Guid logId, int page, Span<byte> bits)
    {
        Invariant.Holds(sector.Length == Size);
        if (BinaryPrimitives.ReadUInt32LittleEndian(sector[Field.Magic..]) != BitmapMagic
            || new Guid(sector.Slice(Field.LogId, Field.LogIdLength), bigEndian: true) != logId)
        {
            return ReadStatus.NotOurs;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(sector[Field.Checksum..]) != SumOf(sector))
        {
            return ReadStatus.BadChecksum;
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(sector[Field.PageNumber..]) != page)
        {
            return ReadStatus.Inconsistent;
        }

        for (int index = 0; index < bits.Length; index++)
        {
            bits[index] |= sector[Field.Bits + index];
        }

        return ReadStatus.Valid;
    }

    private static uint SumOf(ReadOnlySpan<byte> sector) =>
        OnDisk.Checksum.Of(sector, Field.Checksum..(Field.Checksum + 4));

    private static class Field
    {
        public const int Magic = 0x000;
        public const int PageNumber = 0x004;
        public const int Version = 0x008;
        public const int MinimumReader = 0x00A;
        public const int Checksum = 0x00C;
        public const int LogId = 0x010;
        public const int LogIdLength = 16;
        public const int VolumeLength = 0x020;
        public const int RegionSize = 0x028;
        public const int Reserved = 0x030;
        public const int Bits = 0x020;
    }
}
