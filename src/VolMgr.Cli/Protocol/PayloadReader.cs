using System.Buffers.Binary;
using System.Text;

namespace VolMgr.Cli.Protocol;

/// <summary>
/// Takes a payload apart and never throws on what it finds: after the first value that does not fit, every further one
/// is empty and <see cref="IsValid"/> is false.
/// </summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> rest = payload;
    private bool isBroken;

    /// <summary>Whether every value was there and nothing is left over.</summary>
    public readonly bool IsValid => !isBroken && rest.IsEmpty;

    /// <summary>Takes four bytes.</summary>
    public int Int32() => Take(4) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    /// <summary>Takes eight bytes.</summary>
    public long Int64() => Take(8) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    /// <summary>Takes a string.</summary>
    public string Text() => Encoding.UTF8.GetString(Take(Int32()));

    /// <summary>Takes a list of strings.</summary>
    public IReadOnlyList<string> Texts()
    {
        int count = Int32();
        if (count < 0 || count > rest.Length / sizeof(int))
        {
            isBroken = true;
            return [];
        }

        var values = new string[count];
        for (int index = 0; index < count; index++)
        {
            values[index] = Text();
        }

        return values;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (isBroken || length < 0 || length > rest.Length)
        {
            isBroken = true;
            return [];
        }

        ReadOnlySpan<byte> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
