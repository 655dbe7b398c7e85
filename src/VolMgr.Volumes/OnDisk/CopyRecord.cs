using System.Buffers.Binary;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// How far a copy to an attaching plex has got: everything below the frontier is copied and durable, and so is every
/// unit
/// behind it whose bit is set in the window. Which copy it speaks of is told by plex id, generation and length; a
/// record
/// that does not match all three means nothing.
/// </summary>
/// <remarks>
/// One slot of 4096 bytes in the log area. A plex has two slots, written in turn: a torn write loses only the newer.
/// <code>
/// offset size field             meaning
/// 0x000     8 Magic             "VOLMGRCR"
/// 0x008     2 Version
/// 0x00A     2 MinimumReader
/// 0x00C     4 Checksum          CRC-32C of all 4096 bytes with this field as zero
/// 0x010     8 Sequence          newest slot of a plex wins
/// 0x018     8 PlexId
/// 0x020     8 PlexGeneration    configuration generation at which the copy began
/// 0x028     8 VolumeLength      bytes
/// 0x030     8 Frontier          bytes from the start of the volume
/// 0x038     8 WindowUnit        bytes of the volume for each bit of the window; 0 without a window
/// 0x040     4 WindowLength      bytes of the bitmap
/// 0x044    28 reserved          zero
/// 0x060   160 GroupId           owner id
/// 0x100  3840 Window            bitmap, bit 0 of byte 0 is the unit at the frontier; zero behind its length
/// </code>
/// </remarks>
public sealed record CopyRecord
{
    internal const int Size = PrivateRegion.CopySlotLength;
    private const ushort CurrentVersion = 1;
    private const ulong MagicValue = 0x5243_5247_4D4C_4F56; // "VOLMGRCR"

    /// <summary>The plex that is being attached.</summary>
    public required RecordId PlexId { get; init; }

    /// <summary>Configuration generation at which the copy began.</summary>
    public required long PlexGeneration { get; init; }

    /// <summary>Length of the volume when the copy began.</summary>
    public required long VolumeLength { get; init; }

    /// <summary>Every byte of the volume before it is copied and durable.</summary>
    public required long Frontier { get; init; }

    /// <summary>Bytes of the volume for each bit of the window.</summary>
    public long WindowUnit { get; init; }

    /// <summary>Units behind the frontier that are copied and durable: bit 0 of byte 0 is the unit at the
    /// frontier.</summary>
    public ReadOnlyMemory<byte> Window { get; init; }

    internal void WriteTo(Span<byte> target, string groupId, long sequence)
    {
        Invariant.Holds(target.Length == Size);
        Invariant.Holds(IsConsistent());
        target.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target[Field.Magic..], MagicValue);
        BinaryPrimitives.WriteUInt16LittleEndian(target[Field.Version..], CurrentVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(target[Field.MinimumReader..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.Sequence..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.PlexId..], PlexId.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.PlexGeneration..], PlexGeneration);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.VolumeLength..], VolumeLength);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.Frontier..], Frontier);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.WindowUnit..], WindowUnit);
        BinaryPrimitives.WriteInt32LittleEndian(target[Field.WindowLength..], Window.Length);
        FixedText.Write(target.Slice(Field.GroupId, Field.GroupIdLength), groupId);
        Window.Span.CopyTo(target[Field.Window..]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[Field.Checksum..], StructurePrefix.SumOf(target));
    }

    internal static ReadStatus Read(
        ReadOnlySpan<byte> source, string groupId, out CopyRecord? record, out long sequence)
    {
        record = null;
        sequence = 0;
        ReadStatus prefix = StructurePrefix.Check(source, MagicValue, Size, CurrentVersion);
        if (prefix != ReadStatus.Valid)
        {
            return prefix;
        }

        int windowLength = BinaryPrimitives.ReadInt32LittleEndian(source[Field.WindowLength..]);
        if (!FixedText.TryRead(source.Slice(Field.GroupId, Field.GroupIdLength), out string owner) ||
            windowLength is < 0 or > Field.WindowCapacity ||
            source[Field.Reserved..Field.GroupId].ContainsAnyExcept((byte)0) ||
            source[(Field.Window + windowLength)..].ContainsAnyExcept((byte)0))
        {
            return ReadStatus.Inconsistent;
        }

        if (!string.Equals(owner, groupId, StringComparison.Ordinal))
        {
            return ReadStatus.NotOurs;
        }

        var read = new CopyRecord
        {
            PlexId = new RecordId(BinaryPrimitives.ReadInt64LittleEndian(source[Field.PlexId..])),
            PlexGeneration = BinaryPrimitives.ReadInt64LittleEndian(source[Field.PlexGeneration..]),
            VolumeLength = BinaryPrimitives.ReadInt64LittleEndian(source[Field.VolumeLength..]),
            Frontier = BinaryPrimitives.ReadInt64LittleEndian(source[Field.Frontier..]),
            WindowUnit = BinaryPrimitives.ReadInt64LittleEndian(source[Field.WindowUnit..]),
            Window = source.Slice(Field.Window, windowLength).ToArray(),
        };
        sequence = BinaryPrimitives.ReadInt64LittleEndian(source[Field.Sequence..]);
        if (!read.IsConsistent() || sequence is <= 0 or > 1L << 62)
        {
            return ReadStatus.Inconsistent;
        }

        record = read;
        return ReadStatus.Valid;
    }

    private bool IsConsistent() =>
        PlexId.Value > 0 && PlexGeneration >= 0 && VolumeLength >= 0 && Frontier >= 0 && Frontier <= VolumeLength &&
        WindowUnit >= 0 && Window.Length <= Field.WindowCapacity && (Window.Length == 0 || WindowUnit > 0);

    private static class Field
    {
        public const int Magic = 0x000;
        public const int Version = 0x008;
        public const int MinimumReader = 0x00A;
        public const int Checksum = 0x00C;
        public const int Sequence = 0x010;
        public const int PlexId = 0x018;
        public const int PlexGeneration = 0x020;
        public const int VolumeLength = 0x028;
        public const int Frontier = 0x030;
        public const int WindowUnit = 0x038;
        public const int WindowLength = 0x040;
        public const int Reserved = 0x044;
        public const int GroupId = 0x060;
        public const int GroupIdLength = 160;
        public const int Window = 0x100;
        public const int WindowCapacity = 3840;
    }
}
