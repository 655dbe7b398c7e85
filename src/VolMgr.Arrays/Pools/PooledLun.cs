using VolMgr.Blocks;

namespace VolMgr.Arrays.Pools;

/// <summary>
/// A thin LUN whose space comes from a pool: a write to what has no space takes it first, and ends in
/// <see cref="IoStatus.NoSpace"/> with nothing written when the pool is full. Writes to what has space go on.
/// </summary>
internal sealed class PooledLun(IBlockDevice inner, LunSpace space) : IExtentDevice
{
    public long Length => inner.Length;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        inner.ReadAsync(offset, buffer, token);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        !space.IsKnown ? LearnAndWriteAsync(offset, data, flags, token)
        : space.TryAllocate(offset, data.Length) ? inner.WriteAsync(offset, data, flags, token)
        : ValueTask.FromResult(IoStatus.NoSpace);

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
            return IoStatus.NoSpace;
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
        space.IsKnown ? ValueTask.FromResult(IoStatus.Success) : space.LearnAsync(inner);

    private async ValueTask<IoStatus> LearnAndWriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        IoStatus known = await space.LearnAsync(inner);
        return known == IoStatus.Success ? await WriteAsync(offset, data, flags, token) : known;
    }
}
