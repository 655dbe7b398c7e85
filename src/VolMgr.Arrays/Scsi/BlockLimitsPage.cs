using System.Buffers.Binary;

namespace VolMgr.Arrays.Scsi;

/// <summary>
/// VPD page 0xB0, block limits (SBC-3): content of 60 bytes, all numbers big-endian.
/// <code>
/// offset size field
///   2     2   optimal transfer length granularity, blocks: 8
///   4     4   maximum transfer length, blocks: 65535
///   8     4   optimal transfer length, blocks: 2048
///  16     4   maximum unmap LBA count: 0 unless thin, then 0xFFFFFFFF
///  20     4   maximum unmap block descriptor count: 0 unless thin, then 1
///  24     4   optimal unmap granularity, blocks: 0 unless thin, then the allocation unit
///  32     8   maximum write same length, blocks: 0, no limit reported
/// </code>
/// </summary>
internal readonly record struct BlockLimitsPage(int UnmapGranularityBlocks)
{
    public const int ContentSize = 60;

    /// <summary>Allocation unit of the thin arrays that are emulated, in blocks of 512: 16 KiB.</summary>
    public const int ThinGranularityBlocks = 32;

    public byte[] ToBytes()
    {
        Span<byte> content = stackalloc byte[ContentSize];
        content.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(content[Field.Granularity..], 8);
        BinaryPrimitives.WriteInt32BigEndian(content[Field.MaximumTransfer..], 65535);
        BinaryPrimitives.WriteInt32BigEndian(content[Field.OptimalTransfer..], 2048);
        if (UnmapGranularityBlocks > 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(content[Field.MaximumUnmap..], uint.MaxValue);
            BinaryPrimitives.WriteInt32BigEndian(content[Field.UnmapDescriptors..], 1);
            BinaryPrimitives.WriteInt32BigEndian(content[Field.UnmapGranularity..], UnmapGranularityBlocks);
        }

        return VitalPage.Build(VitalPage.BlockLimits, content);
    }

    /// <summary>What a page says; false when it is not that page or cut short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out BlockLimitsPage page)
    {
        page = default;
        if (!VitalPage.TryOpen(bytes, VitalPage.BlockLimits, out ReadOnlySpan<byte> content)
            || content.Length < ContentSize)
        {
            return false;
        }

        uint granularity = BinaryPrimitives.ReadUInt32BigEndian(content[Field.UnmapGranularity..]);
        page = new BlockLimitsPage((int)Math.Min(granularity, int.MaxValue));
        return true;
    }

    private static class Field
    {
        public const int Granularity = 2;
        public const int MaximumTransfer = 4;
        public const int OptimalTransfer = 8;
        public const int MaximumUnmap = 16;
        public const int UnmapDescriptors = 20;
        public const int UnmapGranularity = 24;
    }
}
