namespace VolMgr.Blocks;

/// <summary>How long operations take. All zero: no time at all.</summary>
public sealed record LatencyModel
{
    /// <summary>Fixed time of a read.</summary>
    public TimeSpan Read { get; init; }

    /// <summary>Fixed time of a write, zero or discard.</summary>
    public TimeSpan Write { get; init; }

    /// <summary>Fixed time of a flush, and what a forced write takes on top.</summary>
    public TimeSpan Flush { get; init; }

    /// <summary>
    /// Bytes a second over the link that all reads and writes of the device share; zero for no limit.
    /// </summary>
    public long BytesPerSecond { get; init; }
}

/// <summary>
/// Adds the time that a real device would take. Fixed times overlap freely, as in a device with a deep queue; bytes go
/// one after the other over one link, so that bandwidth is shared. The time passes before the inner operation.
/// </summary>
public sealed class LatencyDevice : IExtentDevice
{
    private readonly IBlockDevice _inner;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    /// <summary>
    /// When the link has sent everything that was given to it so far, in ticks since <see cref="_start"/>.
    /// </summary>
    private long _linkFreeTicks;
    private readonly long _start;

    private volatile LatencyModel _model;

    /// <summary>Adds the times of <paramref name="model"/>, told by <paramref name="time"/>.</summary>
    public LatencyDevice(IBlockDevice inner, LatencyModel model, TimeProvider time)
    {
        _inner = inner;
        _model = model;
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>The times of operations that begin from now on.</summary>
    public LatencyModel Model
    {
        get => _model;
        set => _model = value;
    }

    /// <inheritdoc/>
    public long Length => _inner.Length;

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        BlockRange.Check(Length, offset, buffer.Length);
        TimeSpan delay = Delay(_model.Read, buffer.Length);
        return delay == TimeSpan.Zero
            ? _inner.ReadAsync(offset, buffer, token)
            : AfterAsync(delay, () => _inner.ReadAsync(offset, buffer, CancellationToken.None), token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, data.Length);
        TimeSpan delay = Delay(WriteTime(flags), data.Length);
        return delay == TimeSpan.Zero
            ? _inner.WriteAsync(offset, data, flags, token)
            : AfterAsync(delay, () => _inner.WriteAsync(offset, data, flags, CancellationToken.None), token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token)
    {
        TimeSpan delay = Delay(_model.Flush, 0);
        return delay == TimeSpan.Zero
            ? _inner.FlushAsync(token)
            : AfterAsync(delay, () => _inner.FlushAsync(CancellationToken.None), token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        TimeSpan delay = Delay(WriteTime(flags), 0);
        return delay == TimeSpan.Zero
            ? ExtentOperations.ZeroAsync(_inner, offset, length, flags, token)
            : AfterAsync(
                delay, () => ExtentOperations.ZeroAsync(_inner, offset, length, flags, CancellationToken.None), token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        TimeSpan delay = Delay(_model.Write, 0);
        return delay == TimeSpan.Zero
            ? ExtentOperations.DiscardAsync(_inner, offset, length, token)
            : AfterAsync(
                delay, () => ExtentOperations.DiscardAsync(_inner, offset, length, CancellationToken.None), token);
    }

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        ExtentOperations.NextExtentAsync(_inner, offset, length, token);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private TimeSpan WriteTime(WriteFlags flags)
    {
        LatencyModel model = _model;
        return (flags & WriteFlags.ForceUnitAccess) != WriteFlags.None ? model.Write + model.Flush : model.Write;
    }

    private TimeSpan Delay(TimeSpan latency, long bytes)
    {
        long rate = _model.BytesPerSecond;
        if (rate == 0 || bytes == 0)
        {
            return latency;
        }

        long sendTicks = (long)((Int128)bytes * TimeSpan.TicksPerSecond / rate);
        lock (_lock)
        {
            long now = _time.GetElapsedTime(_start).Ticks;
            _linkFreeTicks = Math.Max(_linkFreeTicks, now) + sendTicks;
            return latency + TimeSpan.FromTicks(_linkFreeTicks - now);
        }
    }

    private async ValueTask<IoStatus> AfterAsync(
        TimeSpan delay, Func<ValueTask<IoStatus>> operation, CancellationToken token)
    {
        await TimedWait.WaitAsync(_time, delay, token);
        return await operation();
    }
}
