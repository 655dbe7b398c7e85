using System.Buffers.Binary;
using VolMgr.Blocks;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// The header of a VM disk: who the disk is, which group it belongs to, which host holds that group, and where its two
/// regions lie. Two copies in the private region, written one after the other; the highest valid sequence counts.
/// </summary>
/// <remarks>
/// All numbers little-endian, all text UTF-8 padded with zeroes. Since version 1.
/// <code>
/// offset size field             meaning
/// 0x000     8 Magic             "VOLMGRDH": recognises the structure
/// 0x008     2 Version           of the writer; at this place in every version
/// 0x00A     2 MinimumReader     least version that a reader has to know
/// 0x00C     4 Checksum          CRC-32C of all 1024 bytes with this field as zero
/// 0x010     8 Sequence          grows with every rewrite; newest copy wins
/// 0x018     8 Created           unix time of initialisation
/// 0x020    16 Guid              big-endian
/// 0x030     8 PrivateOffset     bytes from the start of the LUN; a header that finds itself elsewhere is misplaced
/// 0x038     8 PrivateLength     bytes
/// 0x040     8 PublicOffset      bytes from the start of the LUN
/// 0x048     8 PublicLength      bytes
/// 0x050     4 Flags             bit 0: not imported automatically
/// 0x054    12 reserved          zero
/// 0x060   160 DiskId            owner id
/// 0x100   160 GroupId           empty when in no group
/// 0x1A0    32 GroupName         empty when in no group
/// 0x1C0   128 HostId            host that has the group imported; empty when deported or free
/// 0x240   384 Udid              identity of the LUN as the array gave it at initialisation
/// 0x3C0    64 reserved          zero
/// </code>
/// </remarks>
public sealed record DiskHeader
{
    internal const int Size = 1024;
    internal const ushort CurrentVersion = 1;
    /// <summary>Values beyond it are damage; below it there is room for arithmetic.</summary>
    private const long Limit = 1L << 60;

    private const ulong MagicValue = 0x4844_5247_4D4C_4F56; // "VOLMGRDH"
    private const uint NoAutoImportFlag = 1;

    /// <summary>Identity of the disk: unix time, counter, host.</summary>
    public required string DiskId { get; init; }

    /// <summary>Identity of the group; empty when in none.</summary>
    public string GroupId { get; init; } = "";

    /// <summary>Name of the group when it was last imported or deported; empty when in none.</summary>
    public string GroupName { get; init; } = "";

    /// <summary>The host that has the group imported; empty when free or deported.</summary>
    public string HostId { get; init; } = "";

    /// <summary>Identity of the LUN at initialisation; another one now means a clone.</summary>
    public string Udid { get; init; } = "";

    /// <summary>A second, array-independent identity.</summary>
    public Guid Guid { get; init; }

    /// <summary>Start of the private region, bytes from the start of the LUN.</summary>
    public long PrivateOffset { get; init; } = PrivateRegion.DiskOffset;

    /// <summary>Bytes of the private region.</summary>
    public required long PrivateLength { get; init; }

    /// <summary>Start of the public region, bytes from the start of the LUN.</summary>
    public required long PublicOffset { get; init; }

    /// <summary>Bytes of the public region.</summary>
    public required long PublicLength { get; init; }

    /// <summary>Whether boot leaves the group alone.</summary>
    public bool IsNoAutoImport { get; init; }

    /// <summary>Unix time of initialisation, seconds.</summary>
    public long CreatedUnix { get; init; }

    /// <summary>Format version of the writer.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Grows with every rewrite.</summary>
    public long Sequence { get; init; } = 1;

    /// <summary>Where things lie in the private region.</summary>
    public PrivateRegion Region => PrivateRegion.OfLength(PrivateLength);

    /// <summary>Why this header cannot be written, or null.</summary>
    internal string? FindProblem()
    {
        return DiskId.Length == 0 || !FixedText.Fits(DiskId, Field.DiskIdLength) ? "disk id"
            : !FixedText.Fits(GroupId, Field.GroupIdLength) ? "disk group id"
            : !FixedText.Fits(GroupName, Field.GroupNameLength) ? "disk group name"
            : !FixedText.Fits(HostId, Field.HostIdLength) ? "host id"
            : !FixedText.Fits(Udid, Field.UdidLength) ? "udid"
            : null;
    }

    internal void WriteTo(Span<byte> target)
    {
        Invariant.Holds(target.Length == Size);
        Invariant.Holds(FindProblem() is null);
        target.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target[Field.Magic..], MagicValue);
        BinaryPrimitives.WriteUInt16LittleEndian(target[Field.Version..], (ushort)Version);
        BinaryPrimitives.WriteUInt16LittleEndian(target[Field.MinimumReader..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.Sequence..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.Created..], CreatedUnix);
        Invariant.Holds(Guid.TryWriteBytes(target.Slice(Field.Guid, Field.GuidLength), bigEndian: true, out _));
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.PrivateOffset..], PrivateOffset);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.PrivateLength..], PrivateLength);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.PublicOffset..], PublicOffset);
        BinaryPrimitives.WriteInt64LittleEndian(target[Field.PublicLength..], PublicLength);
        BinaryPrimitives.WriteUInt32LittleEndian(target[Field.Flags..], IsNoAutoImport ? NoAutoImportFlag : 0);
        FixedText.Write(target.Slice(Field.DiskId, Field.DiskIdLength), DiskId);
        FixedText.Write(target.Slice(Field.GroupId, Field.GroupIdLength), GroupId);
        FixedText.Write(target.Slice(Field.GroupName, Field.GroupNameLength), GroupName);
        FixedText.Write(target.Slice(Field.HostId, Field.HostIdLength), HostId);
        FixedText.Write(target.Slice(Field.Udid, Field.UdidLength), Udid);
        BinaryPrimitives.WriteUInt32LittleEndian(target[Field.Checksum..], StructurePrefix.SumOf(target));
    }

    /// <summary>Reads one copy. A length other than that of the structure is inconsistent.</summary>
    internal static ReadStatus Read(ReadOnlySpan<byte> source, out DiskHeader? header)
    {
        header = null;
        ReadStatus prefix = StructurePrefix.Check(source, MagicValue, Size, CurrentVersion);
        if (prefix != ReadStatus.Valid)
        {
            return prefix;
        }

        DiskHeader? read = Decode(source);
        if (read is null || !read.IsConsistent())
        {
            return ReadStatus.Inconsistent;
        }

        header = read;
        return ReadStatus.Valid;
    }

    private static DiskHeader? Decode(ReadOnlySpan<byte> source)
    {
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(source[Field.Flags..]);
        bool isText = FixedText.TryRead(source.Slice(Field.DiskId, Field.DiskIdLength), out string diskId);
        isText &= FixedText.TryRead(source.Slice(Field.GroupId, Field.GroupIdLength), out string groupId);
        isText &= FixedText.TryRead(source.Slice(Field.GroupName, Field.GroupNameLength), out string groupName);
        isText &= FixedText.TryRead(source.Slice(Field.HostId, Field.HostIdLength), out string hostId);
        isText &= FixedText.TryRead(source.Slice(Field.Udid, Field.UdidLength), out string udid);
        bool isReservedZero = !source[Field.Reserved1..Field.DiskId].ContainsAnyExcept((byte)0) &&
            !source[Field.Reserved2..].ContainsAnyExcept((byte)0);
        if (!isText || !isReservedZero || (flags & ~NoAutoImportFlag) != 0)
        {
            return null;
        }

        return new DiskHeader
        {
            DiskId = diskId,
            GroupId = groupId,
            GroupName = groupName,
            HostId = hostId,
            Udid = udid,
            Guid = new Guid(source.Slice(Field.Guid, Field.GuidLength), bigEndian: true),
            PrivateOffset = BinaryPrimitives.ReadInt64LittleEndian(source[Field.PrivateOffset..]),
            PrivateLength = BinaryPrimitives.ReadInt64LittleEndian(source[Field.PrivateLength..]),
            PublicOffset = BinaryPrimitives.ReadInt64LittleEndian(source[Field.PublicOffset..]),
            PublicLength = BinaryPrimitives.ReadInt64LittleEndian(source[Field.PublicLength..]),
            IsNoAutoImport = (flags & NoAutoImportFlag) != 0,
            CreatedUnix = BinaryPrimitives.ReadInt64LittleEndian(source[Field.Created..]),
            Version = BinaryPrimitives.ReadUInt16LittleEndian(source[Field.Version..]),
            Sequence = BinaryPrimitives.ReadInt64LittleEndian(source[Field.Sequence..]),
        };
    }

    private bool IsConsistent() =>
        DiskId.Length > 0 && Sequence is > 0 and < Limit && Version > 0 &&
        PrivateOffset == PrivateRegion.DiskOffset && PrivateRegion.IsLegalLength(PrivateLength) &&
        PublicOffset == PrivateOffset + PrivateLength && PublicLength is >= 0 and < Limit &&
            PublicLength % PrivateRegion.Sector == 0;

    private static class Field
    {
        public const int Magic = 0x000;
        public const int Version = 0x008;
        public const int MinimumReader = 0x00A;
        public const int Checksum = 0x00C;
        public const int Sequence = 0x010;
        public const int Created = 0x018;
        public const int Guid = 0x020;
        public const int GuidLength = 16;
        public const int PrivateOffset = 0x030;
        public const int PrivateLength = 0x038;
        public const int PublicOffset = 0x040;
        public const int PublicLength = 0x048;
        public const int Flags = 0x050;
        public const int Reserved1 = 0x054;
        public const int DiskId = 0x060;
        public const int DiskIdLength = 160;
        public const int GroupId = 0x100;
        public const int GroupIdLength = 160;
        public const int GroupName = 0x1A0;
        public const int GroupNameLength = 32;
        public const int HostId = 0x1C0;
        public const int HostIdLength = 128;
        public const int Udid = 0x240;
        public const int UdidLength = 384;
        public const int Reserved2 = 0x3C0;
    }
}
