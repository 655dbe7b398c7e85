using System.Buffers;
using System.Text;

namespace VolMgr.Cli.Protocol;

/// <summary>The text of a command on the client's side; its own descriptors here, buffers in a derived class.</summary>
internal class ClientStreams
{
    private Stream? input;

    /// <summary>Writes to standard output; false when nobody reads it any more.</summary>
    public virtual bool WriteOutput(ReadOnlySpan<byte> bytes) => Native.WriteAll(1, bytes);

    /// <summary>Writes to standard error.</summary>
    public virtual void WriteError(ReadOnlySpan<byte> bytes) => Native.WriteAll(2, bytes);

    /// <summary>Reads some standard input; 0 at its end.</summary>
    public virtual int ReadInput(Span<byte> buffer)
    {
        input ??= Console.OpenStandardInput();
        return input.Read(buffer);
    }
}

/// <summary>Keeps what a command writes; for a program that runs commands itself.</summary>
internal sealed class CapturedStreams : ClientStreams
{
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly ArrayBufferWriter<byte> error = new();

    /// <summary>What the command wrote to standard output.</summary>
    public string Output => Encoding.UTF8.GetString(output.WrittenSpan);

    /// <summary>What the command wrote to standard error.</summary>
    public string Error => Encoding.UTF8.GetString(error.WrittenSpan);

    /// <inheritdoc/>
    public override bool WriteOutput(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        return true;
    }

    /// <inheritdoc/>
    public override void WriteError(ReadOnlySpan<byte> bytes) => error.Write(bytes);

    /// <inheritdoc/>
    public override int ReadInput(Span<byte> buffer) => 0;
}
