using System.Buffers.Binary;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// What every structure of the private region begins with: magic (8 bytes), version (2), the lowest version of a reader
/// (2), and the checksum of the whole structure without this field (4).
/// </summary>
internal static class StructurePrefix
{
    public const int Length = 0x010;
    private const int Magic = 0x000;
    private const int MinimumReader = 0x00A;
    private const int Checksum = 0x00C;

    /// <summary>
    /// Whether bytes are a whole structure of that kind, length and version: <see cref="ReadStatus.Valid"/> when the
    /// rest is worth reading.
    /// </summary>
    public static ReadStatus Check(ReadOnlySpan<byte> source, ulong magic, int size, ushort version)
    {
        if (source.Length < Length || BinaryPrimitives.ReadUInt64LittleEndian(source[Magic..]) != magic)
        {
            return ReadStatus.NotOurs;
        }

        if (source.Length != size)
        {
            return ReadStatus.Inconsistent;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(source[Checksum..]) != SumOf(source))
        {
            return ReadStatus.BadChecksum;
        }

        return BinaryPrimitives.ReadUInt16LittleEndian(source[MinimumReader..]) > version
            ? ReadStatus.TooNew
            : ReadStatus.Valid;
    }

    /// <summary>The checksum that belongs into the prefix.</summary>
    public static uint SumOf(ReadOnlySpan<byte> bytes) => OnDisk.Checksum.Of(bytes, Checksum..Length);
}
