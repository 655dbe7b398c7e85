using VolMgr.Blocks;
using VolMgr.Cli.Labs.Import;
using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Engine;

/// <summary>
/// A sparse LUN whose parts that were never written hold generated content, made as it is read. Whatever is written
/// there, zeroes too, takes space: a hole of the file stands for content that is still generated.
/// </summary>
/// <remarks>The file has holes of whole pages only. The first write to a part of a page fills the page with what it
/// holds, with no other write under way meanwhile; from then on the page is plain.</remarks>
internal sealed class GeneratedLun : IExtentDevice
{
    private const int Page = 4096;
    private const int ZeroChunk = 1 << 20;
    private const int Sector = SectorStamp.Size;

    private readonly IExtentDevice inner;
    private readonly ContentExtent[] extents;
    private readonly SemaphoreSlim gate = new(1);
    private readonly Lock counting = new();
    private TaskCompletionSource? drained;
    private int writers;

    /// <summary>The LUN over its file.</summary>
    public GeneratedLun(IExtentDevice inner, IEnumerable<ContentExtent> extents)
    {
        this.inner = inner;
        this.extents = [.. extents.OrderBy(extent => extent.Start)];
    }

    /// <inheritdoc/>
    public long Length => inner.Length;

    /// <inheritdoc/>
    public async ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        long end = offset + buffer.Length;
        for (long at = offset; at < end;)
        {
            (ContentExtent? extent, long limit) = At(at, end);
            Memory<byte> part = buffer[(int)(at - offset)..(int)(limit - offset)];
            if (extent is not null)
            {
                ExtentReply reply = await inner.NextExtentAsync(at, limit - at, token);
                if (reply.Status != IoStatus.Success)
                {
                    return reply.Status;
                }

                part = part[..(int)reply.Length];
                if (reply.Kind == ExtentKind.Hole)
                {
                    Fill(extent, at, part.Span);
                    at += part.Length;
                    continue;
                }
            }

            IoStatus read = await inner.ReadAsync(at, part, token);
            if (read != IoStatus.Success)
            {
                return read;
            }

            at += part.Length;
        }

        return IoStatus.Success;
    }

    /// <inheritdoc/>
    public async ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        IoStatus filled = await FillEdgesAsync(offset, data.Length, token);
        if (filled != IoStatus.Success)
        {
            return filled;
        }

        await EnterAsync();
        try
        {
            return await inner.WriteAsync(offset, data, flags, token);
        }
        finally
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => inner.FlushAsync(token);

    /// <inheritdoc/>
    public async ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        long end = offset + length;
        byte[]? zeroes = null;
        for (long at = offset; at < end;)
        {
            (ContentExtent? extent, long limit) = At(at, end);
            bool isPlain = extent is null && at % Page == 0 && (limit % Page == 0 || limit == Length);
            long next = isPlain ? limit : Math.Min(limit, at + ZeroChunk);
            IoStatus status = isPlain
                ? await inner.ZeroAsync(at, limit - at, flags, token)
                : await WriteAsync(
                    at, (zeroes ??= new byte[ZeroChunk]).AsMemory(0, (int)(next - at)), flags & ~WriteFlags.NoHole,
                    token);
            if (status != IoStatus.Success)
            {
                return status;
            }

            at = next;
        }

        return IoStatus.Success;
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        ZeroAsync(offset, length, WriteFlags.None, token);

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        (ContentExtent? extent, long limit) = At(offset, offset + length);
        return extent is not null
            ? ValueTask.FromResult(new ExtentReply(IoStatus.Success, ExtentKind.Data, limit - offset))
            : inner.NextExtentAsync(offset, limit - offset, token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        gate.Dispose();
    }

    /// <summary>The extent at a byte, or none, and up to where that holds.</summary>
    private (ContentExtent? Extent, long Limit) At(long offset, long end)
    {
        int low = 0;
        int high = extents.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = extents[middle].End <= offset ? (middle + 1, high) : (low, middle);
        }

        return low == extents.Length ? (null, end)
            : extents[low].Start > offset ? (null, Math.Min(end, extents[low].Start))
            : (extents[low], Math.Min(end, extents[low].End));
    }

    private static void Fill(ContentExtent extent, long offset, Span<byte> target)
    {
        for (int done = 0; done < target.Length;)
        {
            int run = (int)Math.Min(target.Length - done, extent.RunLength(offset + done));
            SectorStamp.Fill(
                target.Slice(done, run), extent.Tag, extent.VolumeOffset(offset + done) / Sector,
                GeneratedContent.Sequence);
            done += run;
        }
    }

    /// <summary>Fills the pages that a write covers in part and that were never written.</summary>
    private async ValueTask<IoStatus> FillEdgesAsync(long offset, long length, CancellationToken token)
    {
        long end = offset + length;
        long last = end / Page * Page;
        long first = offset / Page * Page;
        IoStatus status = first == offset ? IoStatus.Success : await FillPageAsync(first, token);
        return status != IoStatus.Success || last == end || (last == first && first != offset)
            ? status : await FillPageAsync(last, token);
    }

    private async ValueTask<IoStatus> FillPageAsync(long start, CancellationToken token)
    {
        int size = (int)Math.Min(Page, Length - start);
        (ContentExtent? extent, long limit) = At(start, start + size);
        if (extent is null && limit == start + size)
        {
            return IoStatus.Success;
        }

        await EnterAloneAsync();
        try
        {
            ExtentReply reply = await inner.NextExtentAsync(start, size, token);
            if (reply.Status != IoStatus.Success || reply.Kind == ExtentKind.Data)
            {
                return reply.Status;
            }

            byte[] page = new byte[size];
            IoStatus read = await ReadAsync(start, page, token);
            return read != IoStatus.Success ? read : await inner.WriteAsync(start, page, WriteFlags.None, token);
        }
        finally
        {
            gate.Release();
        }
    }

    private async ValueTask EnterAsync()
    {
        await gate.WaitAsync(CancellationToken.None);
        lock (counting)
        {
            writers++;
        }

        gate.Release();
    }

    private void Leave()
    {
        TaskCompletionSource? waiting = null;
        lock (counting)
        {
            writers--;
            if (writers == 0)
            {
                (waiting, drained) = (drained, null);
            }
        }

        waiting?.SetResult();
    }

    /// <summary>No other write begins until the gate is released, and none is under way.</summary>
    private async ValueTask EnterAloneAsync()
    {
        await gate.WaitAsync(CancellationToken.None);
        Task? busy = null;
        lock (counting)
        {
            if (writers > 0)
            {
                drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                busy = drained.Task;
            }
        }

        if (busy is not null)
        {
            await busy;
        }
    }
}
