using System.Buffers.Binary;
using VolMgr.Blocks;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// The table of contents of a private region: which sectors hold what, so that a reader finds the configuration without
/// knowing how the writer laid the region out. Two equal copies, written at initialisation and never changed.
/// </summary>
/// <remarks>
/// <code>
/// offset size field             meaning
/// 0x000     8 Magic             "VOLMGRTC"
/// 0x008     2 Version
/// 0x00A     2 MinimumReader
/// 0x00C     4 Checksum          CRC-32C of all 512 bytes with this field as zero
/// 0x010     8 Sequence          1
/// 0x018     4 EntryCount        4
/// 0x01C     4 reserved          zero
/// 0x020   160 DiskId            owner id
/// 0x0C0   128 Entries           32 bytes each: kind (4), zero (4), offset (8), length (8), offset in its copy (8)
///             kinds: 1 config, 2 log, 3 lockrgn; offsets and lengths in bytes of the private region
/// 0x140   192 reserved          zero
/// </code>
/// </remarks>
internal sealed record TableOfContents(string DiskId, PrivateRegion Region)
{
    public const int Size = 512;
    private const ushort CurrentVersion = 1;
    private const ulong MagicValue = 0x4354_5247_4D4C_4F56; // "VOLMGRTC"
    private const int EntryCount = 4;

    private enum EntryKind
    {
        Config = 1,
        Log = 2,
        Lock = 3,
    }

    public void WriteTo(Span<byte> target)
    {
        Invariant.Holds(target.Length == Size);
        target.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target[Field.Magic..], MagicValue);
        BinaryPrimitives.WriteUInt16LittleEndian(target[Field.Version..], CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(target[Field.MinimumReader..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.Sequence..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(target[Field.EntryCount..], EntryCount);
        FixedText.Write(target.Slice(Field.DiskId, Field.DiskIdLength), DiskId);
        WriteEntry(target, 0, EntryKind.Config, PrivateRegion.Config1Offset, PrivateRegion.Config1Length, 0);
        WriteEntry(
            target, 1, EntryKind.Config, PrivateRegion.Config2Offset, Region.Config2Length,
            PrivateRegion.Config1Length);
        WriteEntry(target, 2, EntryKind.Log, Region.LogOffset, Region.LogLength, 0);
        WriteEntry(target, 3, EntryKind.Lock, Region.LockOffset, PrivateRegion.LockLength, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target[Field.Checksum..], StructurePrefix.SumOf(target));
    }

    /// <summary>
    /// Reads one copy of the disk with that header. There is one layout for each length in version 1, so every entry
    /// has to
    /// say what the layout of that length says.
    /// </summary>
    public static ReadStatus Read(ReadOnlySpan<byte> source, DiskHeader header, out TableOfContents? contents)
    {
        contents = null;
        ReadStatus prefix = StructurePrefix.Check(source, MagicValue, Size, CurrentVersion);
        if (prefix != ReadStatus.Valid)
        {
            return prefix;
        }

        if (!FixedText.TryRead(source.Slice(Field.DiskId, Field.DiskIdLength), out string diskId))
        {
            return ReadStatus.Inconsistent;
        }

        if (!string.Equals(diskId, header.DiskId, StringComparison.Ordinal))
        {
            return ReadStatus.NotOurs;
        }

        var expected = new TableOfContents(diskId, header.Region);
        Span<byte> bytes = stackalloc byte[Size];
        expected.WriteTo(bytes);
        if (!bytes[Field.Sequence..].SequenceEqual(source[Field.Sequence..]))
        {
            return ReadStatus.Inconsistent;
        }

        contents = expected;
        return ReadStatus.Valid;
    }

    private static void WriteEntry(
        Span<byte> target, int index, EntryKind kind, long offset, long length, long copyOffset)
    {
        Span<byte> entry = target.Slice(Field.Entries + (index * Field.EntryLength), Field.EntryLength);
        BinaryPrimitives.WriteInt32LittleEndian(entry, (int)kind);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(entry[16..], length);
        BinaryPrimitives.WriteInt64LittleEndian(entry[24..], copyOffset);
    }

    private static class Field
    {
        public const int Magic = 0x000;
        public const int Version = 0x008;
        public const int MinimumReader = 0x00A;
        public const int Checksum = 0x00C;
        public const int Sequence = 0x010;
        public const int EntryCount = 0x018;
        public const int DiskId = 0x020;
        public const int DiskIdLength = 160;
        public const int Entries = 0x0C0;
        public const int EntryLength = 32;
    }
}
