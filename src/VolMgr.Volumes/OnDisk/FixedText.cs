using System.Text;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <summary>Text in a field of fixed size: UTF-8, padded with zero bytes to the end of the field.</summary>
internal static class FixedText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true);

    /// <summary>Whether the text can be written to a field of that many bytes and read back unchanged.</summary>
    public static bool Fits(string text, int fieldLength) =>
        !StanzaWriter.IsUnwritable(text) && Strict.GetByteCount(text) <= fieldLength;

    /// <summary>Fills the whole field. The text has to fit.</summary>
    public static void Write(Span<byte> field, string text)
    {
        Blocks.Invariant.Holds(Fits(text, field.Length));
        int written = Strict.GetBytes(text, field);
        field[written..].Clear();
    }

    /// <summary>Reads a field; false when it is not the zero-padded text that <see cref="Write"/> leaves.</summary>
    public static bool TryRead(ReadOnlySpan<byte> field, out string text)
    {
        int end = field.IndexOf((byte)0);
        ReadOnlySpan<byte> used = end < 0 ? field : field[..end];
        text = "";
        if (end >= 0 && field[end..].ContainsAnyExcept((byte)0))
        {
            return false;
        }

        if (!System.Text.Unicode.Utf8.IsValid(used))
        {
            return false;
        }

        text = Strict.GetString(used);
        return !text.Any(char.IsControl);
    }
}
