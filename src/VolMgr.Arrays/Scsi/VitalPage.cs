using System.Buffers.Binary;

namespace VolMgr.Arrays.Scsi;

/// <summary>
/// The frame of every vital product data (VPD) page, and the pages that are a list of bytes or one text.
/// <code>
/// offset size field
///   0     1   peripheral qualifier and device type: 0x00
///   1     1   page code
///   2     2   length of what follows, big-endian
///   4     n   the page
/// </code>
/// </summary>
internal static class VitalPage
{
    /// <summary>Supported pages: one byte each, ascending.</summary>
    public const byte Supported = 0x00;

    /// <summary>Unit serial number: ASCII.</summary>
    public const byte UnitSerial = 0x80;

    /// <summary>Device identification: designators.</summary>
    public const byte DeviceIdentification = 0x83;

    /// <summary>Block limits: transfer and unmap sizes.</summary>
    public const byte BlockLimits = 0xB0;

    /// <summary>Logical block provisioning: thin or not.</summary>
    public const byte Provisioning = 0xB2;

    /// <summary>Vendor page of the emulated arrays.</summary>
    public const byte Array = 0xC0;

    private const int HeaderSize = 4;

    public static byte[] Build(byte page, ReadOnlySpan<byte> content)
    {
        byte[] bytes = new byte[HeaderSize + content.Length];
        bytes[1] = page;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), checked((ushort)content.Length));
        content.CopyTo(bytes.AsSpan(HeaderSize));
        return bytes;
    }

    /// <summary>The content of a page; false when these bytes are not that page or are cut short.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, byte page, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (bytes.Length < HeaderSize || bytes[0] != 0 || bytes[1] != page)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (length > bytes.Length - HeaderSize)
        {
            return false;
        }

        content = bytes.Slice(HeaderSize, length);
        return true;
    }

    /// <summary>The unit serial number page.</summary>
    public static byte[] BuildUnitSerial(string serial)
    {
        byte[] content = new byte[serial.Length];
        ScsiText.Write(content, serial);
        return Build(UnitSerial, content);
    }
}
