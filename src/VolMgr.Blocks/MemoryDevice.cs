namespace VolMgr.Blocks;

/// <summary>
/// A device in memory, sparse by pages of 4 KiB, for tests and virtual labs. Every call completes inline. Nothing
/// survives the process, so a flush has nothing to do; VolatileCacheDevice over it models what a crash takes.
/// </summary>
/// <remarks>
/// With a fill, a page that was never written reads as what the fill makes of it (a reused LUN holds old data) and
/// counts as data; only ranges that were zeroed are holes then.
/// </remarks>
public sealed class MemoryDevice : IExtentDevice
{
    private const int PageSize = 4096;

    /// <summary>Stands for a page of zeroes where an absent page is not zero. Never written.</summary>
    private static readonly byte[] ZeroPage = new byte[PageSize];

    private readonly Lock _lock = new();
    private readonly Action<long, Span<byte>>? _fill;
    private readonly SparseMap<byte[]> _pages;

    /// <summary>A device of zeroes.</summary>
    public MemoryDevice(long length)
        : this(length, fill: null)
    {
    }

    /// <summary>
    /// A device whose unwritten pages hold what <paramref name="fill"/> puts into them: it is called with the byte
    /// offset of a page and the page, and must always answer the same.
    /// </summary>
    public MemoryDevice(long length, Action<long, Span<byte>>? fill)
    {
        BlockRange.CheckDeviceLength(length);
        Length = length;
        _fill = fill;
        _pages = new SparseMap<byte[]>((length + PageSize - 1) / PageSize);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Bytes of memory that hold data.</summary>
    public long AllocatedBytes
    {
        get
        {
            lock (_lock)
            {
                return _pages.Count * PageSize;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        BlockRange.Check(Length, offset, buffer.Length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        lock (_lock)
        {
            ReadUnsynchronized(offset, buffer.Span);
        }

        return ValueTask.FromResult(IoStatus.Success);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, data.Length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        lock (_lock)
        {
            WriteUnsynchronized(offset, data.Span);
        }

        return ValueTask.FromResult(IoStatus.Success);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        token.IsCancellationRequested
            ? ValueTask.FromCanceled<IoStatus>(token)
            : ValueTask.FromResult(IoStatus.Success);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        lock (_lock)
        {
            ZeroUnsynchronized(offset, length, keepAllocated: (flags & WriteFlags.NoHole) != WriteFlags.None);
        }

        return ValueTask.FromResult(IoStatus.Success);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        ZeroAsync(offset, length, WriteFlags.None, token);

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.CheckNotEmpty(Length, offset, length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ExtentReply>(token);
        }

        lock (_lock)
        {
            long end = offset + length;
            long page = offset / PageSize;
            bool isHole = IsHoleUnsynchronized(page);
            long position = offset;
            while (position < end && IsHoleUnsynchronized(page) == isHole)
            {
                page = isHole && _fill is null ? _pages.NextPresent(page) : page + 1;
                position = page * PageSize;
            }

            ExtentKind kind = isHole ? ExtentKind.Hole : ExtentKind.Data;
            return ValueTask.FromResult(new ExtentReply(IoStatus.Success, kind, Math.Min(position, end) - offset));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool IsHoleUnsynchronized(long page) =>
        _fill is null ? _pages[page] is null : ReferenceEquals(_pages[page], ZeroPage);

    private void ReadUnsynchronized(long offset, Span<byte> buffer)
    {
        Span<byte> filled = stackalloc byte[PageSize];
        while (buffer.Length > 0)
        {
            long page = offset / PageSize;
            int within = (int)(offset % PageSize);
            int count = Math.Min(buffer.Length, PageSize - within);
            byte[]? content = _pages[page];
            if (content is not null)
            {
                content.AsSpan(within, count).CopyTo(buffer);
            }
            else if (_fill is null)
            {
                buffer[..count].Clear();
            }
            else
            {
                _fill(page * PageSize, filled);
                filled.Slice(within, count).CopyTo(buffer);
            }

            buffer = buffer[count..];
            offset += count;
        }
    }

    private void WriteUnsynchronized(long offset, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            int within = (int)(offset % PageSize);
            int count = Math.Min(data.Length, PageSize - within);
            data[..count].CopyTo(OwnPageUnsynchronized(offset / PageSize).AsSpan(within, count));
            data = data[count..];
            offset += count;
        }
    }

    private void ZeroUnsynchronized(long offset, long length, bool keepAllocated)
    {
        while (length > 0)
        {
            long page = offset / PageSize;
            int within = (int)(offset % PageSize);
            int count = (int)Math.Min(length, PageSize - within);
            bool wholePage = count == Math.Min(PageSize, Length - (page * PageSize));
            if (!wholePage || keepAllocated)
            {
                if (keepAllocated || !IsHoleUnsynchronized(page))
                {
                    OwnPageUnsynchronized(page).AsSpan(within, count).Clear();
                }
            }
            else if (_fill is null)
            {
                // Skip what is absent in one step: a discard of terabytes must not walk their pages.
                _pages[page] = null;
                long next = Math.Min(_pages.NextPresent(page), (offset + length) / PageSize) * PageSize;
                if (next > offset + count)
                {
                    count = 0;
                    length -= next - offset;
                    offset = next;
                }
            }
            else
            {
                _pages[page] = ZeroPage;
            }

            offset += count;
            length -= count;
        }
    }

    private byte[] OwnPageUnsynchronized(long page)
    {
        byte[]? content = _pages[page];
        if (content is null)
        {
            content = new byte[PageSize];
            _fill?.Invoke(page * PageSize, content);
            _pages[page] = content;
        }
        else if (ReferenceEquals(content, ZeroPage))
        {
            content = new byte[PageSize];
            _pages[page] = content;
        }

        return content;
    }
}
