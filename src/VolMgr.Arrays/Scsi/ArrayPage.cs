using System.Buffers.Binary;

namespace VolMgr.Arrays.Scsi;

/// <summary>How the ports of an array relate to its LUNs. The numbers are those of <see cref="ArrayPage"/>.</summary>
internal enum ArrayAccess : byte
{
    /// <summary>All ports serve all LUNs equally.</summary>
    ActiveActive = 1,

    /// <summary>All ports serve all LUNs; one group is optimized (ALUA).</summary>
    Alua = 2,

    /// <summary>Only the owning controller serves a LUN; one that arrives at the other moves it there (A/P).</summary>
    ActivePassive = 3,

    /// <summary>A plain disk without array page.</summary>
    Disk = 4,

    /// <summary>Only the owning controller serves a LUN, until a failover command moves it (A/PF).</summary>
    ActivePassiveExplicit = 5,
}

/// <summary>
/// VPD page 0xC0 of the emulated arrays. Real arrays tell cabinet serial, volume id and firmware in pages and commands
/// of their own, each in another layout; here all families share one. Content of 80 bytes:
/// <code>
/// offset size field
///   0     4   magic "VMAP"
///   4     1   layout version: 1
///   5     1   access: 1 A/A, 2 ALUA, 3 A/P, 5 A/PF
///   6     2   preferred target port group, big-endian; 0: all are preferred
///   8     8   reserved, zero
///  16    32   cabinet serial number, ASCII
///  48    16   array volume id, ASCII; blank where there is none
///  64    16   firmware version, ASCII
/// </code>
/// </summary>
internal readonly record struct ArrayPage(
    ArrayAccess Access, int PreferredPortGroup, string CabinetSerial, string ArrayVolumeId, string Firmware)
{
    public const int ContentSize = 80;

    private const byte LayoutVersion = 1;

    private static ReadOnlySpan<byte> Magic => "VMAP"u8;

    public byte[] ToBytes()
    {
        Span<byte> content = stackalloc byte[ContentSize];
        content.Clear();
        Magic.CopyTo(content);
        content[Field.LayoutVersion] = LayoutVersion;
        content[Field.Access] = (byte)Access;
        BinaryPrimitives.WriteUInt16BigEndian(content[Field.PreferredPortGroup..], checked((ushort)PreferredPortGroup));
        ScsiText.Write(content.Slice(Field.CabinetSerial, 32), CabinetSerial);
        ScsiText.Write(content.Slice(Field.ArrayVolumeId, 16), ArrayVolumeId);
        ScsiText.Write(content.Slice(Field.Firmware, 16), Firmware);
        return VitalPage.Build(VitalPage.Array, content);
    }

    /// <summary>Reads the page; false when these bytes are another vendor's page 0xC0, cut short, or newer.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ArrayPage page)
    {
        page = default;
        if (!VitalPage.TryOpen(bytes, VitalPage.Array, out ReadOnlySpan<byte> content)
            || content.Length < ContentSize
            || !content.StartsWith(Magic)
            || content[Field.LayoutVersion] != LayoutVersion
            || content[Field.Access] is < (byte)ArrayAccess.ActiveActive or (byte)ArrayAccess.Disk
                or > (byte)ArrayAccess.ActivePassiveExplicit)
        {
            return false;
        }

        page = new ArrayPage(
            (ArrayAccess)content[Field.Access],
            BinaryPrimitives.ReadUInt16BigEndian(content[Field.PreferredPortGroup..]),
            ScsiText.Read(content.Slice(Field.CabinetSerial, 32)),
            ScsiText.Read(content.Slice(Field.ArrayVolumeId, 16)),
            ScsiText.Read(content.Slice(Field.Firmware, 16)));
        return true;
    }

    private static class Field
    {
        public const int LayoutVersion = 4;
        public const int Access = 5;
        public const int PreferredPortGroup = 6;
        public const int CabinetSerial = 16;
        public const int ArrayVolumeId = 48;
        public const int Firmware = 64;
    }
}
