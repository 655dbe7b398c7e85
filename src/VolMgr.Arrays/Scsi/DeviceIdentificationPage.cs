using System.Buffers.Binary;

namespace VolMgr.Arrays.Scsi;

/// <summary>
/// VPD page 0x83, device identification (SPC-4): designators one after the other, each
/// <code>
/// offset size field
///   0     1   protocol identifier (0) and code set: 1 binary, 2 ASCII
///   1     1   bits 4-5 association: 0 the logical unit, 1 the target port; bits 0-3 type
///   2     1   0
///   3     1   length n
///   4     n   the designator
///
/// type 1, ASCII, logical unit: vendor (8), product (16), serial of the LUN
/// type 3, binary, logical unit: NAA identifier of 16 bytes
/// type 4, binary, target port: 0, 0, relative target port (2, big-endian)
/// type 5, binary, target port: 0, 0, target port group (2, big-endian)
/// </code>
/// </summary>
internal readonly record struct DeviceIdentificationPage(
    string VendorIdentifier, string Naa, int RelativePort, int PortGroup)
{
    private const byte Binary = 1;
    private const byte Ascii = 2;
    private const byte LogicalUnit = 0x00;
    private const byte TargetPort = 0x10;
    private const int DesignatorHeaderSize = 4;

    /// <summary>The page as bytes; the NAA identifier is text of an even number of hexadecimal digits.</summary>
    public byte[] ToBytes()
    {
        byte[] vendor = new byte[VendorIdentifier.Length];
        ScsiText.Write(vendor, VendorIdentifier);
        List<byte> content = [];
        Append(content, Ascii, LogicalUnit | Type.VendorIdentifier, vendor);
        Append(content, Binary, LogicalUnit | Type.Naa, Convert.FromHexString(Naa));
        Append(content, Binary, TargetPort | Type.RelativePort, Number(RelativePort));
        Append(content, Binary, TargetPort | Type.PortGroup, Number(PortGroup));
        return VitalPage.Build(VitalPage.DeviceIdentification, content.ToArray());
    }

    /// <summary>
    /// What a page says; empty text and zero where a designator is missing. False when it is not that page, or a
    /// designator is longer than the page.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out DeviceIdentificationPage page)
    {
        page = new DeviceIdentificationPage("", "", 0, 0);
        if (!VitalPage.TryOpen(bytes, VitalPage.DeviceIdentification, out ReadOnlySpan<byte> rest))
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            if (rest.Length < DesignatorHeaderSize || rest[3] > rest.Length - DesignatorHeaderSize)
            {
                return false;
            }

            page = page.With(rest[1] & 0x3F, rest.Slice(DesignatorHeaderSize, rest[3]));
            rest = rest[(DesignatorHeaderSize + rest[3])..];
        }

        return true;
    }

    private DeviceIdentificationPage With(int associationAndType, ReadOnlySpan<byte> value) => associationAndType switch
    {
        LogicalUnit | Type.VendorIdentifier => this with { VendorIdentifier = ScsiText.Read(value) },
        LogicalUnit | Type.Naa => this with { Naa = Convert.ToHexString(value) },
        TargetPort | Type.RelativePort when value.Length == 4 => this with { RelativePort = ReadNumber(value) },
        TargetPort | Type.PortGroup when value.Length == 4 => this with { PortGroup = ReadNumber(value) },
        _ => this,
    };

    private static void Append(List<byte> content, byte codeSet, int associationAndType, ReadOnlySpan<byte> value)
    {
        content.AddRange([codeSet, (byte)associationAndType, 0, checked((byte)value.Length)]);
        content.AddRange(value);
    }

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), checked((ushort)value));
        return bytes;
    }

    private static int ReadNumber(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt16BigEndian(value[2..]);

    private static class Type
    {
        public const int VendorIdentifier = 1;
        public const int Naa = 3;
        public const int RelativePort = 4;
        public const int PortGroup = 5;
    }
}
