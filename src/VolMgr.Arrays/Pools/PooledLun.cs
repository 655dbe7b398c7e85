using VolMgr.Blocks;

namespace VolMgr.Arrays.Pools;

/// <summary>
/// A thin LUN whose space comes from a pool: a write to what has no space takes it first, and ends in
/// <see cref="IoStatus.NoSpace"/> with nothing written when the pool is full, or takes the LUN offline where the pool
/// says so. Writes to what has space go on.
/// </summary>
internal sealed class PooledLun(IBlockDevice inner, LunSpace space) : IExtentDevice
{
    public long Length => inner.Length;

    /// <summary>Finds out what of it has space.</summary>
    public ValueTask<IoStatus> LearnAsync() => KnownAsync();

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        space.IsOffline ? ValueTask.FromResult(IoStatus.NotReachable) : inner.ReadAsync(offset, buffer, token);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        !space.IsKnown ? LearnAndWriteAsync(offset, data, flags, token)
        : space.IsOffline ? ValueTask.FromResult(IoStatus.NotReachable)
        : space.TryAllocate(offset, data.Length) ? inner.WriteAsync(offset, data, flags, token)
        : ValueTask.FromResult(space.Refuse());

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => inner.FlushAsync(token);

    public async ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        bool mayPunch = (flags & WriteFlags.NoHole) == WriteFlags.None;
        IoStatus known = await KnownAsync();
        if (known != IoStatus.Success)
        {
            return known;
        }

        if (!mayPunch && !space.TryAllocate(offset, length))
        {
            return space.Refuse();
        }

        IoStatus status = await ExtentOperations.ZeroAsync(inner, offset, length, flags, token);
        if (status == IoStatus.Success && mayPunch)
        {
            space.Free(offset, length);
        }

        return status;
    }

    public async ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token)
    {
        IoStatus known = await KnownAsync();
        IoStatus status = known == IoStatus.Success
            ? await ExtentOperations.DiscardAsync(inner, offset, length, token)
            : known;
        if (status == IoStatus.Success)
        {
            space.Free(offset, length);
        }

        return status;
    }

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        ExtentOperations.NextExtentAsync(inner, offset, length, token);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private ValueTask<IoStatus> KnownAsync() =>
        !space.IsKnown ? space.LearnAsync(inner)
        : ValueTask.FromResult(space.IsOffline ? IoStatus.NotReachable : IoStatus.Success);

    private async ValueTask<IoStatus> LearnAndWriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        IoStatus known = await space.LearnAsync(inner);
        return known == IoStatus.Success ? await WriteAsync(offset, data, flags, token) : known;
    }
}
