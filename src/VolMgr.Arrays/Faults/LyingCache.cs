using VolMgr.Blocks;

namespace VolMgr.Arrays.Faults;

/// <summary>
/// The cache of a LUN that says that it flushed and did not: what it holds is gone when the power fails. It belongs to
/// the array; the device below is that of whichever host asks.
/// </summary>
internal sealed class LyingCache
{
    private readonly Lock opening = new();
    private Latest? below;
    private VolatileCacheDevice? cache;

    /// <summary>Whether something would be lost.</summary>
    public bool HasDebt => cache is { Unflushed.Count: > 0 };

    public VolatileCacheDevice Over(IBlockDevice device)
    {
        lock (opening)
        {
            below ??= new Latest(device);
            below.Device = device;
            return cache ??= new VolatileCacheDevice(below);
        }
    }

    /// <summary>The power is gone, and with it what was not flushed.</summary>
    public void LosePower()
    {
        if (cache is { } held)
        {
            _ = held.LosePowerAsync(static _ => false).AsTask();
        }
    }

    private sealed class Latest(IBlockDevice first) : IExtentDevice
    {
        private volatile IBlockDevice device = first;

        public IBlockDevice Device
        {
            set => device = value;
        }

        public long Length => device.Length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            device.ReadAsync(offset, buffer, token);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            device.WriteAsync(offset, data, flags, token);

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) => device.FlushAsync(token);

        public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
            ExtentOperations.ZeroAsync(device, offset, length, flags, token);

        public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
            ExtentOperations.DiscardAsync(device, offset, length, token);

        public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
            ExtentOperations.NextExtentAsync(device, offset, length, token);

        /// <summary>The device belongs to its host.</summary>
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
