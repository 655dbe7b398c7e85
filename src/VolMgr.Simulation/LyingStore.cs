using VolMgr.Blocks;

namespace VolMgr.Simulation;

/// <summary>
/// Stands before a disk's cache and tells its lies; without any it passes everything on. What it keeps back of a
/// reordered write is stored after the next write, in the order of coming; a loss of power takes it.
/// </summary>
internal sealed class LyingStore(VolatileCacheDevice cache, Random random) : IExtentDevice
{
    private readonly List<(DiskLie Lie, long Told)> _lies = [];
    private readonly List<(long Offset, byte[] Data)> _keptBack = [];

    public long Length => cache.Length;

    /// <summary>How many operations were struck.</summary>
    public long Told { get; private set; }

    public void Add(DiskLie lie)
    {
        Invariant.Holds(lie.Rate is > 0 and <= 1);
        _lies.Add((lie, 0));
    }

    public void Clear() => _lies.Clear();

    public void LosePower() => _keptBack.Clear();

    public async ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        IoStatus status = await cache.ReadAsync(offset, buffer, token);
        if (status == IoStatus.Success && Strike(static lie => lie.IsAboutRead, offset, buffer.Length) is not null)
        {
            buffer.Span[random.Next(buffer.Length)] ^= 0x40;
        }

        return status;
    }

    public async ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        DiskLie? lie = Strike(static lie => !lie.IsAboutRead && !lie.IsAboutFlush, offset, data.Length);
        long sectors = data.Length / BlockRange.SectorSize;
        IoStatus status = lie?.Kind switch
        {
            null => await cache.WriteAsync(offset, data, flags, token),
            DiskLieKind.TornWrite when sectors > 1 => await cache.WriteAsync(
                offset, data[..(int)(random.NextInt64(1, sectors) * BlockRange.SectorSize)], flags, token),
            DiskLieKind.MisdirectedWrite => await cache.WriteAsync(Elsewhere(lie, data.Length), data, flags, token),
            DiskLieKind.ReorderedWrite => KeepBack(offset, data),
            _ => IoStatus.Success,
        };
        if (lie?.Kind != DiskLieKind.ReorderedWrite)
        {
            await StoreKeptBackAsync();
        }

        return status;
    }

    public async ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        if (Strike(static lie => lie.Kind == DiskLieKind.LostWrite, offset, length) is not null)
        {
            return IoStatus.Success;
        }

        IoStatus status = await cache.ZeroAsync(offset, length, flags, token);
        await StoreKeptBackAsync();
        return status;
    }

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        ZeroAsync(offset, length, WriteFlags.None, token);

    public async ValueTask<IoStatus> FlushAsync(CancellationToken token)
    {
        await StoreKeptBackAsync();
        return Strike(static lie => lie.IsAboutFlush, 0, Length) is null
            ? await cache.FlushAsync(token)
            : IoStatus.Success;
    }

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        cache.NextExtentAsync(offset, length, token);

    public ValueTask DisposeAsync() => cache.DisposeAsync();

    private IoStatus KeepBack(long offset, ReadOnlyMemory<byte> data)
    {
        _keptBack.Add((offset, data.ToArray()));
        return IoStatus.Success;
    }

    private async ValueTask StoreKeptBackAsync()
    {
        (long Offset, byte[] Data)[] kept = [.. _keptBack];
        _keptBack.Clear();
        foreach ((long offset, byte[] data) in kept)
        {
            await cache.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None);
        }
    }

    private long Elsewhere(DiskLie lie, long length)
    {
        long end = lie.Length == long.MaxValue ? Length : Math.Min(Length, lie.Offset + lie.Length);
        long places = Math.Max(1, (end - lie.Offset - length) / BlockRange.SectorSize);
        return lie.Offset + (random.NextInt64(places) * BlockRange.SectorSize);
    }

    private DiskLie? Strike(Func<DiskLie, bool> isMeant, long offset, long length)
    {
        for (int index = 0; index < _lies.Count; index++)
        {
            (DiskLie lie, long told) = _lies[index];
            if (isMeant(lie) && told < lie.Limit && (lie.IsAboutFlush || lie.Touches(offset, length))
                && (lie.Rate >= 1 || random.NextDouble() < lie.Rate))
            {
                _lies[index] = (lie, told + 1);
                Told++;
                return lie;
            }
        }

        return null;
    }
}
