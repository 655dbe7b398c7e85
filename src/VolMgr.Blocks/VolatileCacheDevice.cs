namespace VolMgr.Blocks;

/// <summary>A sector content that no flush has covered yet.</summary>
/// <param name="Offset">Byte offset of the sector on the device.</param>
/// <param name="Write">Number of the write that brought it, counted from 1 per device.</param>
public readonly record struct UnflushedSector(long Offset, long Write);

/// <summary>
/// A device with a volatile write cache: what was written since the last flush is kept apart from the inner device,
/// sector by sector and write by write, and any part of it can be lost on demand.
/// </summary>
/// <remarks>
/// Always true:
/// <list type="bullet">
/// <item>The inner device holds exactly what is durable; a read sees the newest cached content over it.</item>
/// <item>A flush covers what was cached when it began its transfer and leaves the cache only when the inner device has
/// written and flushed it: a failed flush leaves the whole debt. A forced write covers its own sectors only.</item>
/// <item>After a loss of power each sector holds its durable content or one of the contents written since, whichever
/// the choice kept; so a write of many sectors may be torn anywhere, and writes may survive out of order.</item>
/// </list>
/// Transfers to the inner device go one at a time, else an older content could overtake a newer one.
/// </remarks>
public sealed class VolatileCacheDevice : IExtentDevice
{
    private readonly IBlockDevice _inner;
    private readonly Lock _lock = new();
    private readonly SparseMap<CachedSector> _sectors;
    private readonly SemaphoreSlim _transfers = new(1, 1);

    private long _writes;

    /// <summary>Losses of power so far: a transfer that began before one must not claim success after it.</summary>
    private int _losses;

    /// <summary>A cache over <paramref name="inner"/>, empty at first.</summary>
    public VolatileCacheDevice(IBlockDevice inner)
    {
        _inner = inner;
        _sectors = new SparseMap<CachedSector>(inner.Length / BlockRange.SectorSize);
    }

    /// <inheritdoc/>
    public long Length => _inner.Length;

    /// <summary>Everything that a loss of power may take, by offset, newest content of a sector first.</summary>
    public IReadOnlyList<UnflushedSector> Unflushed
    {
        get
        {
            List<UnflushedSector> result = [];
            lock (_lock)
            {
                for (long sector = _sectors.NextPresent(0);
                    sector < SectorCount;
                    sector = _sectors.NextPresent(sector + 1))
                {
                    for (CachedSector? content = _sectors[sector]; content is not null; content = content.Older)
                    {
                        result.Add(new UnflushedSector(sector * BlockRange.SectorSize, content.Write));
                    }
                }
            }

            return result;
        }
    }

    private long SectorCount => Length / BlockRange.SectorSize;

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        BlockRange.Check(Length, offset, buffer.Length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        // The cached contents are taken before the inner read: a flush may move them to the inner device meanwhile,
        // behind the back of the inner read.
        CachedSector?[]? cached = null;
        int found = 0;
        lock (_lock)
        {
            long first = offset / BlockRange.SectorSize;
            long end = first + (buffer.Length / BlockRange.SectorSize);
            for (long sector = _sectors.NextPresent(first); sector < end; sector = _sectors.NextPresent(sector + 1))
            {
                cached ??= new CachedSector?[end - first];
                cached[sector - first] = _sectors[sector];
                found++;
            }
        }

        if (cached is null)
        {
            return _inner.ReadAsync(offset, buffer, token);
        }

        if (found == cached.Length)
        {
            Overlay(cached, buffer.Span);
            return ValueTask.FromResult(IoStatus.Success);
        }

        return ReadMixedAsync(offset, buffer, cached, token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, data.Length);
        return token.IsCancellationRequested
            ? ValueTask.FromCanceled<IoStatus>(token)
            : (flags & WriteFlags.ForceUnitAccess) != WriteFlags.None && TryBeginTransferPast(offset, data.Length)
                ? WriteThroughAsync(offset, data, flags)
                : StoreAsync(offset, data.Length, data.ToArray(), flags);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        token.IsCancellationRequested
            ? ValueTask.FromCanceled<IoStatus>(token)
            : TransferAsync(0, Length, WriteFlags.None);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        return token.IsCancellationRequested
            ? ValueTask.FromCanceled<IoStatus>(token)
            : StoreAsync(offset, length, data: null, flags);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        ZeroAsync(offset, length, WriteFlags.None, token);

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.CheckNotEmpty(Length, offset, length);
        lock (_lock)
        {
            long first = offset / BlockRange.SectorSize;
            long end = (offset + length) / BlockRange.SectorSize;
            if (_sectors[first] is CachedSector content)
            {
                long last = first + 1;
                while (last < end && _sectors[last] is CachedSector next && next.IsZero == content.IsZero)
                {
                    last++;
                }

                ExtentKind kind = content.IsZero ? ExtentKind.Hole : ExtentKind.Data;
                long bytes = (last - first) * BlockRange.SectorSize;
                return ValueTask.FromResult(new ExtentReply(IoStatus.Success, kind, bytes));
            }

            length = (Math.Min(end, _sectors.NextPresent(first)) - first) * BlockRange.SectorSize;
        }

        return ExtentOperations.NextExtentAsync(_inner, offset, length, token);
    }

    /// <summary>
    /// The power fails: of each unflushed sector the newest content that <paramref name="keep"/> accepts becomes
    /// durable, none if it accepts none, and the rest is gone. It is asked by offset, newest content first. Transfers
    /// that wait answer <see cref="IoStatus.NotReachable"/>. The device works on at once, as after a boot.
    /// </summary>
    public async ValueTask<IoStatus> LosePowerAsync(Func<UnflushedSector, bool> keep)
    {
        lock (_lock)
        {
            _losses++;
        }

        await _transfers.WaitAsync();
        try
        {
            List<(long Offset, CachedSector Content)> kept = [];
            lock (_lock)
            {
                for (long sector = _sectors.NextPresent(0);
                    sector < SectorCount;
                    sector = _sectors.NextPresent(sector + 1))
                {
                    long offset = sector * BlockRange.SectorSize;
                    CachedSector? content = _sectors[sector];
                    while (content is not null && !keep(new UnflushedSector(offset, content.Write)))
                    {
                        content = content.Older;
                    }

                    if (content is not null)
                    {
                        kept.Add((offset, content));
                    }
                }

                _sectors.Clear();
            }

            IoStatus status = IoStatus.Success;
            foreach ((long offset, CachedSector content) in kept)
            {
                Run run = Run.Of(offset / BlockRange.SectorSize, [content]);
                IoStatus written = await WriteInnerAsync(run, WriteFlags.ForceUnitAccess);
                status = status == IoStatus.Success ? written : status;
            }

            return status;
        }
        finally
        {
            _transfers.Release();
        }
    }

    /// <summary>The power fails and a random subset survives; often all, often nothing.</summary>
    public ValueTask<IoStatus> LosePowerAsync(Random random)
    {
        double keepRate = random.Next(4) switch
        {
            0 => 0,
            1 => 1,
            _ => random.NextDouble(),
        };
        return LosePowerAsync(_ => random.NextDouble() < keepRate);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _transfers.Dispose();
        return _inner.DisposeAsync();
    }

    private static void Overlay(CachedSector?[] cached, Span<byte> buffer)
    {
        for (int index = 0; index < cached.Length; index++)
        {
            cached[index]?.CopyTo(buffer.Slice(index * BlockRange.SectorSize, BlockRange.SectorSize));
        }
    }

    private async ValueTask<IoStatus> ReadMixedAsync(
        long offset, Memory<byte> buffer, CachedSector?[] cached, CancellationToken token)
    {
        IoStatus status = await _inner.ReadAsync(offset, buffer, token);
        if (status == IoStatus.Success)
        {
            Overlay(cached, buffer.Span);
        }

        return status;
    }

    /// <summary>Takes the turn to transfer where it is free and nothing of the range is cached: then a forced write
    /// needs no place in the cache.</summary>
    private bool TryBeginTransferPast(long offset, long length)
    {
        lock (_lock)
        {
            if (_sectors.NextPresent(offset / BlockRange.SectorSize) < (offset + length) / BlockRange.SectorSize
                || !_transfers.Wait(0))
            {
                return false;
            }

            _writes++;
            return true;
        }
    }

    private async ValueTask<IoStatus> WriteThroughAsync(long offset, ReadOnlyMemory<byte> data, WriteFlags flags)
    {
        int losses = Volatile.Read(ref _losses);
        try
        {
            IoStatus status = await _inner.WriteAsync(offset, data, flags, CancellationToken.None);
            return losses == Volatile.Read(ref _losses) ? status : IoStatus.NotReachable;
        }
        finally
        {
            _transfers.Release();
        }
    }

    private ValueTask<IoStatus> StoreAsync(long offset, long length, byte[]? data, WriteFlags flags)
    {
        lock (_lock)
        {
            long write = ++_writes;
            long first = offset / BlockRange.SectorSize;
            long count = length / BlockRange.SectorSize;
            for (long index = 0; index < count; index++)
            {
                _sectors[first + index] = new CachedSector(
                    data, (int)(data is null ? 0 : index * BlockRange.SectorSize), write, _sectors[first + index]);
            }
        }

        return (flags & WriteFlags.ForceUnitAccess) != WriteFlags.None
            ? TransferAsync(offset, length, WriteFlags.ForceUnitAccess)
            : ValueTask.FromResult(IoStatus.Success);
    }

    /// <summary>Makes what is cached of the range durable: the path of flushes and of forced writes.</summary>
    private async ValueTask<IoStatus> TransferAsync(long offset, long length, WriteFlags flags)
    {
        int losses = Volatile.Read(ref _losses);
        await _transfers.WaitAsync();
        try
        {
            if (losses != Volatile.Read(ref _losses))
            {
                return IoStatus.NotReachable;
            }

            long covered = Interlocked.Read(ref _writes);
            IoStatus status = await WriteBackAsync(offset, offset + length, covered, flags);
            if (status == IoStatus.Success && (flags & WriteFlags.ForceUnitAccess) == WriteFlags.None)
            {
                status = await _inner.FlushAsync(CancellationToken.None);
            }

            if (losses != Volatile.Read(ref _losses))
            {
                return IoStatus.NotReachable;
            }

            if (status == IoStatus.Success)
            {
                Forget(offset, offset + length, covered);
            }

            return status;
        }
        finally
        {
            _transfers.Release();
        }
    }

    private async ValueTask<IoStatus> WriteBackAsync(long offset, long end, long covered, WriteFlags flags)
    {
        while (TryTakeRun(offset, end, covered, out Run run))
        {
            IoStatus status = await WriteInnerAsync(run, flags);
            if (status != IoStatus.Success)
            {
                return status;
            }

            offset = run.Offset + run.Length;
        }

        return IoStatus.Success;
    }

    private ValueTask<IoStatus> WriteInnerAsync(Run run, WriteFlags flags) =>
        run.Data is byte[] data
            ? _inner.WriteAsync(run.Offset, data, flags, CancellationToken.None)
            : ExtentOperations.ZeroAsync(_inner, run.Offset, run.Length, flags, CancellationToken.None);

    /// <summary>The next run of neighbouring sectors to write back, of one kind: bytes or zeroes.</summary>
    private bool TryTakeRun(long offset, long end, long covered, out Run run)
    {
        const int runLimit = 128; // 64 KiB: no large objects for the collector
        lock (_lock)
        {
            long endSector = end / BlockRange.SectorSize;
            List<CachedSector> contents = [];
            long first = 0;
            for (long sector = _sectors.NextPresent(offset / BlockRange.SectorSize);
                sector < endSector && contents.Count < runLimit;
                sector = _sectors.NextPresent(sector + 1))
            {
                CachedSector? content = _sectors[sector]?.AsOf(covered);
                bool isNeighbour = contents.Count == 0 || sector == first + contents.Count;
                bool isSameKind = contents.Count == 0 || contents[0].IsZero == content?.IsZero;
                if (contents.Count > 0 && !(isNeighbour && isSameKind))
                {
                    break;
                }

                if (content is not null)
                {
                    first = contents.Count == 0 ? sector : first;
                    contents.Add(content);
                }
            }

            run = Run.Of(first, contents);
            return contents.Count > 0;
        }
    }

    private void Forget(long offset, long end, long covered)
    {
        lock (_lock)
        {
            long endSector = end / BlockRange.SectorSize;
            for (long sector = _sectors.NextPresent(offset / BlockRange.SectorSize);
                sector < endSector;
                sector = _sectors.NextPresent(sector + 1))
            {
                _sectors[sector] = _sectors[sector]?.NewerThan(covered);
            }
        }
    }

    private readonly record struct Run(long Offset, long Length, byte[]? Data)
    {
        public static Run Of(long firstSector, List<CachedSector> contents)
        {
            byte[]? data = null;
            if (contents.Count > 0 && !contents[0].IsZero)
            {
                data = new byte[contents.Count * BlockRange.SectorSize];
                for (int index = 0; index < contents.Count; index++)
                {
                    contents[index].CopyTo(data.AsSpan(index * BlockRange.SectorSize, BlockRange.SectorSize));
                }
            }

            return new Run(
                firstSector * BlockRange.SectorSize, (long)contents.Count * BlockRange.SectorSize, data);
        }
    }
}
