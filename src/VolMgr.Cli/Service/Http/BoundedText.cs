using System.Text;

namespace VolMgr.Cli.Service.Http;

/// <summary>Keeps what a command writes, up to a limit; what is beyond is dropped and told. Thread-safe.</summary>
internal sealed class BoundedText(int limit) : TextWriter
{
    private readonly StringBuilder text = new();
    private readonly Lock writing = new();

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Whether anything was dropped.</summary>
    public bool IsTruncated { get; private set; }

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (writing)
        {
            int room = Math.Min(buffer.Length, limit - text.Length);
            text.Append(buffer[..room]);
            IsTruncated |= room < buffer.Length;
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        lock (writing)
        {
            return text.ToString();
        }
    }
}
