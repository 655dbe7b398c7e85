using System.Text;
using System.Threading.Channels;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Owner;

/// <summary>
/// The text that a command writes, on its way to the client. Writers never wait: they append to a pending piece and
/// one pump sends what has gathered, so that single lines appear at once and a long listing travels in large frames.
/// Order between the two streams is kept. A client that leaves more than <see cref="PendingLimit"/> unread is cut
/// off.
/// </summary>
internal sealed class OutgoingText
{
    private const int PendingLimit = 64 << 20;

    private readonly FrameStream frames;
    private readonly Action onCutOff;
    private readonly Lock gate = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly List<(FrameType Type, MemoryStream Bytes)> pending = [];
    private readonly Task pump;
    private long pendingBytes;
    private bool isGone;

    /// <summary>Starts the pump.</summary>
    public OutgoingText(FrameStream frames, Action onCutOff)
    {
        this.frames = frames;
        this.onCutOff = onCutOff;
        Out = new Writer(this, FrameType.Output);
        Error = new Writer(this, FrameType.Error);
        pump = Task.Run(PumpAsync, CancellationToken.None);
    }

    /// <summary>Standard output.</summary>
    public TextWriter Out { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Sends the rest; nothing may be written afterwards.</summary>
    public Task CompleteAsync()
    {
        wake.Writer.TryComplete();
        return pump;
    }

    private void Append(FrameType type, ReadOnlySpan<char> text)
    {
        bool isCutOff;
        lock (gate)
        {
            if (isGone)
            {
                return;
            }

            if (pending.Count == 0 || pending[^1].Type != type)
            {
                pending.Add((type, new MemoryStream()));
            }

            int length = Encoding.UTF8.GetByteCount(text);
            MemoryStream bytes = pending[^1].Bytes;
            int start = (int)bytes.Length;
            bytes.SetLength(start + length);
            Encoding.UTF8.GetBytes(text, bytes.GetBuffer().AsSpan(start, length));
            pendingBytes += length;
            isCutOff = isGone = pendingBytes > PendingLimit;
        }

        if (isCutOff)
        {
            onCutOff();
        }

        wake.Writer.TryWrite(true);
    }

    private async Task PumpAsync()
    {
        while (await wake.Reader.WaitToReadAsync(CancellationToken.None))
        {
            wake.Reader.TryRead(out _);
            await SendPendingAsync();
        }

        await SendPendingAsync();
    }

    private async Task SendPendingAsync()
    {
        (FrameType Type, MemoryStream Bytes)[] pieces;
        lock (gate)
        {
            pieces = [.. pending];
            pending.Clear();
            pendingBytes = 0;
        }

        foreach ((FrameType type, MemoryStream bytes) in pieces)
        {
            ReadOnlyMemory<byte> rest = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
            while (!rest.IsEmpty)
            {
                int count = Math.Min(rest.Length, FrameHeader.MaximumText);
                if (!await frames.SendAsync(type, rest[..count]))
                {
                    lock (gate)
                    {
                        isGone = true;
                    }

                    return;
                }

                rest = rest[count..];
            }
        }
    }

    private sealed class Writer(OutgoingText text, FrameType type) : TextWriter
    {
        private char highSurrogate;

        public override Encoding Encoding => Encoding.UTF8;

        public override string NewLine => "\n";

        public override void Write(char value) => WriteCharacter(value);

        public override void Write(char[] buffer, int index, int count) =>
            text.Append(type, buffer.AsSpan(index, count));

        public override void Write(ReadOnlySpan<char> buffer) => text.Append(type, buffer);

        public override void Write(string? value) => text.Append(type, value);

        public override void WriteLine(string? value) => text.Append(type, value + "\n");

        public override Task WriteAsync(char value)
        {
            WriteCharacter(value);
            return Task.CompletedTask;
        }

        public override Task WriteAsync(string? value)
        {
            text.Append(type, value);
            return Task.CompletedTask;
        }

        public override Task WriteAsync(char[] buffer, int index, int count)
        {
            text.Append(type, buffer.AsSpan(index, count));
            return Task.CompletedTask;
        }

        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            text.Append(type, buffer.Span);
            return Task.CompletedTask;
        }

        public override Task WriteLineAsync(string? value)
        {
            text.Append(type, value + "\n");
            return Task.CompletedTask;
        }

        public override Task FlushAsync() => Task.CompletedTask;

        private void WriteCharacter(char value)
        {
            // A pair of surrogates is one character of UTF-8, however it was written.
            if (char.IsHighSurrogate(value))
            {
                highSurrogate = value;
            }
            else if (char.IsLowSurrogate(value))
            {
                text.Append(type, [highSurrogate, value]);
            }
            else
            {
                text.Append(type, [value]);
            }
        }
    }
}
