using System.Diagnostics.CodeAnalysis;

namespace VolMgr.Arrays.Scsi;

/// <summary>
/// Standard INQUIRY data of a disk (SPC-4, 36 bytes).
/// <code>
/// offset size field
///   0     1   peripheral qualifier and device type: 0x00, a connected disk
///   1     1   removable medium: 0x00
///   2     1   version: 0x06 (SPC-4)
///   3     1   0x12: hierarchical LUNs, response data format 2
///   4     1   additional length: 31
///   5     1   bits 4-5: target port group support (0 none, 1 implicit ALUA)
///   6     1   0x10: multi-port
///   7     1   0x02: command queueing
///   8     8   vendor identification, ASCII
///  16    16   product identification, ASCII
///  32     4   product revision, ASCII
/// </code>
/// </summary>
internal readonly record struct StandardInquiry(string Vendor, string Product, string Revision, bool HasPortGroups)
{
    public const int Size = 36;

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        bytes[Field.Version] = 0x06;
        bytes[Field.Format] = 0x12;
        bytes[Field.AdditionalLength] = Size - 5;
        bytes[Field.PortGroups] = HasPortGroups ? (byte)0x10 : (byte)0;
        bytes[Field.MultiPort] = 0x10;
        bytes[Field.CommandQueueing] = 0x02;
        ScsiText.Write(bytes.AsSpan(Field.Vendor, 8), Vendor);
        ScsiText.Write(bytes.AsSpan(Field.Product, 16), Product);
        ScsiText.Write(bytes.AsSpan(Field.Revision, 4), Revision);
        return bytes;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out StandardInquiry? inquiry)
    {
        inquiry = null;
        if (bytes.Length < Size || bytes[0] != 0 || bytes[Field.AdditionalLength] < Size - 5)
        {
            return false;
        }

        inquiry = new StandardInquiry(
            ScsiText.Read(bytes.Slice(Field.Vendor, 8)),
            ScsiText.Read(bytes.Slice(Field.Product, 16)),
            ScsiText.Read(bytes.Slice(Field.Revision, 4)),
            (bytes[Field.PortGroups] & 0x30) != 0);
        return true;
    }

    private static class Field
    {
        public const int Version = 2;
        public const int Format = 3;
        public const int AdditionalLength = 4;
        public const int PortGroups = 5;
        public const int MultiPort = 6;
        public const int CommandQueueing = 7;
        public const int Vendor = 8;
        public const int Product = 16;
        public const int Revision = 32;
    }
}
