using System.Threading.Channels;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Owner;

/// <summary>
/// A command's standard input, fetched piece by piece and only when the command reads: a command that does not read
/// leaves the client's input to the next program of the script.
/// </summary>
internal sealed class IncomingText(FrameStream frames) : Stream
{
    // One piece is asked for at a time, so one can be waiting; the end mark is the channel's completion.
    private readonly Channel<byte[]> pieces = Channel.CreateBounded<byte[]>(1);
    private ReadOnlyMemory<byte> current;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A piece has come; false when none was asked for.</summary>
    public bool Supply(byte[] piece) => pieces.Writer.TryWrite(piece);

    /// <summary>Nothing more comes.</summary>
    public void End() => pieces.Writer.TryComplete();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (current.IsEmpty)
        {
            if (!await frames.SendAsync(FrameType.InputWanted, ReadOnlyMemory<byte>.Empty)
                || !await pieces.Reader.WaitToReadAsync(cancellationToken)
                || !pieces.Reader.TryRead(out byte[]? piece))
            {
                return 0;
            }

            current = piece;
        }

        int count = Math.Min(buffer.Length, current.Length);
        current[..count].CopyTo(buffer);
        current = current[count..];
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
