using System.Buffers.Binary;
using VolMgr.Blocks;

namespace VolMgr.Volumes.OnDisk;

/// <summary>What a commit header stands before.</summary>
internal enum CommitKind
{
    /// <summary>A whole configuration, in one half of the config copy.</summary>
    Checkpoint = 1,

    /// <summary>The changes of one generation, in the log.</summary>
    Delta = 2,
}

/// <summary>
/// The sector that makes a checkpoint or a log entry valid: it is written last (checkpoint) or together with its text
/// (delta), and its checksums tell whether both have arrived.
/// </summary>
/// <remarks>
/// <code>
/// offset size field             meaning
/// 0x000     8 Magic             "VOLMGRCP" checkpoint, "VOLMGRDL" delta
/// 0x008     2 Version
/// 0x00A     2 MinimumReader
/// 0x00C     4 Checksum          CRC-32C of all 512 bytes with this field as zero
/// 0x010     8 Epoch             number of the checkpoint on this disk; a delta has that of the checkpoint it follows
/// 0x018     8 Generation        of the configuration
/// 0x020     4 Attempt           from 1; a generation is written again when a disk failed meanwhile
/// 0x024     4 TextLength        bytes of text
/// 0x028     4 TextChecksum      CRC-32C of the text
/// 0x02C     4 reserved          zero
/// 0x030    16 BranchId          the import that wrote it, big-endian
/// 0x040    32 reserved          zero
/// 0x060   160 GroupId           owner id
/// 0x100   256 reserved          zero
/// </code>
/// The text of a delta follows in the next sector, the text of a checkpoint is in config region 2.
/// </remarks>
internal sealed record CommitHeader
{
    public const int Size = 512;
    private const ushort CurrentVersion = 1;
    /// <summary>Counters beyond it are not from counting; below it there is room for arithmetic.</summary>
    private const long Limit = 1L << 62;

    private const ulong CheckpointMagic = 0x5043_5247_4D4C_4F56; // "VOLMGRCP"
    private const ulong DeltaMagic = 0x4C44_5247_4D4C_4F56; // "VOLMGRDL"

    public required CommitKind Kind { get; init; }

    /// <summary>Set by the writer of the disk.</summary>
    public long Epoch { get; init; }

    public required long Generation { get; init; }

    public required int Attempt { get; init; }

    public required int TextLength { get; init; }

    public required uint TextChecksum { get; init; }

    public required Guid BranchId { get; init; }

    public required string GroupId { get; init; }

    /// <summary>Whether this is the text that the header was written for.</summary>
    public bool Covers(ReadOnlySpan<byte> text) =>
        text.Length == TextLength && OnDisk.Checksum.Of(text) == TextChecksum;

    public void WriteTo(Span<byte> target)
    {
        Invariant.Holds(target.Length == Size);
        Invariant.Holds(IsConsistent());
        target.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target[Field.Magic..], MagicOf(Kind));
        BinaryPrimitives.WriteUInt16LittleEndian(target[Field.Version..], CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(target[Field.MinimumReader..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.Epoch..], Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.Generation..], Generation);
        BinaryPrimitives.WriteInt32LittleEndian(target[Field.Attempt..], Attempt);
        BinaryPrimitives.WriteInt32LittleEndian(target[Field.TextLength..], TextLength);
        BinaryPrimitives.WriteUInt32LittleEndian(target[Field.TextChecksum..], TextChecksum);
        Invariant.Holds(BranchId.TryWriteBytes(target.Slice(Field.BranchId, Field.BranchIdLength), bigEndian: true,
            out _));
        FixedText.Write(target.Slice(Field.GroupId, Field.GroupIdLength), GroupId);
        BinaryPrimitives.WriteUInt32LittleEndian(target[Field.Checksum..], StructurePrefix.SumOf(target));
    }

    /// <summary>Reads a header of that kind and owner.</summary>
    public static ReadStatus Read(
        ReadOnlySpan<byte> source, CommitKind kind, string groupId, out CommitHeader? header)
    {
        header = null;
        ReadStatus prefix = StructurePrefix.Check(source, MagicOf(kind), Size, CurrentVersion);
        if (prefix != ReadStatus.Valid)
        {
            return prefix;
        }

        if (!FixedText.TryRead(source.Slice(Field.GroupId, Field.GroupIdLength), out string owner) ||
            source[Field.Reserved1..Field.BranchId].ContainsAnyExcept((byte)0) ||
            source[Field.Reserved2..Field.GroupId].ContainsAnyExcept((byte)0) ||
            source[Field.Reserved3..].ContainsAnyExcept((byte)0))
        {
            return ReadStatus.Inconsistent;
        }

        if (!string.Equals(owner, groupId, StringComparison.Ordinal))
        {
            return ReadStatus.NotOurs;
        }

        var read = new CommitHeader
        {
            Kind = kind,
            Epoch = BinaryPrimitives.ReadInt64LittleEndian(source[Field.Epoch..]),
            Generation = BinaryPrimitives.ReadInt64LittleEndian(source[Field.Generation..]),
            Attempt = BinaryPrimitives.ReadInt32LittleEndian(source[Field.Attempt..]),
            TextLength = BinaryPrimitives.ReadInt32LittleEndian(source[Field.TextLength..]),
            TextChecksum = BinaryPrimitives.ReadUInt32LittleEndian(source[Field.TextChecksum..]),
            BranchId = new Guid(source.Slice(Field.BranchId, Field.BranchIdLength), bigEndian: true),
            GroupId = owner,
        };
        if (!read.IsConsistent())
        {
            return ReadStatus.Inconsistent;
        }

        header = read;
        return ReadStatus.Valid;
    }

    private bool IsConsistent() =>
        Epoch is > 0 and < Limit && Generation is > 0 and < Limit && Attempt is > 0 and < int.MaxValue &&
            TextLength > 0;

    private static ulong MagicOf(CommitKind kind) => kind switch
    {
        CommitKind.Checkpoint => CheckpointMagic,
        CommitKind.Delta => DeltaMagic,
    };

    private static class Field
    {
        public const int Magic = 0x000;
        public const int Version = 0x008;
        public const int MinimumReader = 0x00A;
        public const int Checksum = 0x00C;
        public const int Epoch = 0x010;
        public const int Generation = 0x018;
        public const int Attempt = 0x020;
        public const int TextLength = 0x024;
        public const int TextChecksum = 0x028;
        public const int Reserved1 = 0x02C;
        public const int BranchId = 0x030;
        public const int BranchIdLength = 16;
        public const int Reserved2 = 0x040;
        public const int GroupId = 0x060;
        public const int GroupIdLength = 160;
        public const int Reserved3 = 0x100;
    }
}
