namespace VolMgr.Nbd.Client;

/// <summary>
/// Reads whole pieces of a stream: small ones through a buffer, so that many replies cost one system call, large ones
/// straight into their place. One reader at a time. The end of the stream is an <see cref="EndOfStreamException"/>.
/// </summary>
internal sealed class WireReader(Stream stream)
{
    private readonly byte[] buffer = new byte[64 << 10];
    private int start;
    private int end;

    /// <summary>The next <paramref name="length"/> bytes, at most 4096; valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> TakeAsync(int length, CancellationToken token)
    {
        if (end - start < length)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
            while (end < length)
            {
                int count = await stream.ReadAsync(buffer.AsMemory(end), token);
                if (count == 0)
                {
                    throw new EndOfStreamException("the server closed the connection");
                }

                end += count;
            }
        }

        start += length;
        return buffer.AsMemory(start - length, length);
    }

    /// <summary>Fills the target.</summary>
    public async ValueTask ReadAsync(Memory<byte> target, CancellationToken token)
    {
        int held = Math.Min(end - start, target.Length);
        buffer.AsSpan(start, held).CopyTo(target.Span);
        start += held;
        if (held < target.Length)
        {
            await stream.ReadExactlyAsync(target[held..], token);
        }
    }

    /// <summary>Passes over bytes that nobody needs, without holding them.</summary>
    public async ValueTask SkipAsync(long length, CancellationToken token)
    {
        while (length > 0)
        {
            int piece = (int)Math.Min(length, 4096);
            await TakeAsync(piece, token);
            length -= piece;
        }
    }
}
