using System.Text;

namespace VolMgr.Arrays.Scsi;

/// <summary>
/// ASCII fields of SCSI data: left aligned, padded with spaces; what is not printable reads as a question mark.
/// </summary>
internal static class ScsiText
{
    public static void Write(Span<byte> field, string text)
    {
        field.Fill((byte)' ');
        int length = Math.Min(text.Length, field.Length);
        for (int index = 0; index < length; index++)
        {
            field[index] = text[index] is >= ' ' and <= '~' ? (byte)text[index] : (byte)'?';
        }
    }

    public static string Read(ReadOnlySpan<byte> field)
    {
        StringBuilder text = new(field.Length);
        foreach (byte unit in field)
        {
            text.Append(unit is >= 0x20 and <= 0x7e ? (char)unit : unit == 0 ? ' ' : '?');
        }

        return text.ToString().Trim();
    }
}
