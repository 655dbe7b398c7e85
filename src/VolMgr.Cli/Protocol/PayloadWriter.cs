using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace VolMgr.Cli.Protocol;

/// <summary>Builds a payload: little-endian numbers, and strings as length and UTF-8.</summary>
internal sealed class PayloadWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);

    /// <summary>What has been written.</summary>
    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    /// <summary>Appends four bytes.</summary>
    public PayloadWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(4), value);
        buffer.Advance(4);
        return this;
    }

    /// <summary>Appends eight bytes.</summary>
    public PayloadWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
        return this;
    }

    /// <summary>Appends a string.</summary>
    public PayloadWriter Text(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Int32(length);
        Encoding.UTF8.GetBytes(value, buffer.GetSpan(length + 1));
        buffer.Advance(length);
        return this;
    }

    /// <summary>Appends a list of strings.</summary>
    public PayloadWriter Texts(IReadOnlyList<string> values)
    {
        Int32(values.Count);
        foreach (string value in values)
        {
            Text(value);
        }

        return this;
    }
}
