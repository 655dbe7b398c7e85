using VolMgr.Blocks;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// The way of headers, configuration and copy records to one LUN: an operation that the LUN does not answer in time
/// counts as failed, so that a LUN that hangs fails its own disk and not the group.
/// </summary>
/// <remarks>
/// A write that was given up may still land, hours later. What must never happen is that it lands over something newer.
/// So, after the first operation that was given up, nothing more is sent to the LUN (all answers are
/// <see cref="IoStatus.Timeout"/>) until a rescan or an import calls <see cref="TryResume"/>, and that refuses while an
/// operation is still out. By then the owner of a configuration copy has dropped the disk, and brings it back with a
/// copy that is read anew and a newer generation. Buffers of operations that were given up stay theirs; callers do not
/// reuse them.
/// </remarks>
internal sealed class PrivateRegionDevice(IBlockDevice lun, TimeSpan patience, EngineServices engine) : IBlockDevice
{
    private readonly Lock sync = new();
    private int outstanding;
    private bool isSuspended;

    /// <inheritdoc/>
    public long Length => lun.Length;

    /// <summary>Whether it answers <see cref="IoStatus.Timeout"/> only, since an operation was given up.</summary>
    public bool IsSuspended
    {
        get
        {
            lock (sync)
            {
                return isSuspended;
            }
        }
    }

    /// <summary>Uses the LUN again unless an operation that was given up is still out. True when it is in
    /// use.</summary>
    public bool TryResume()
    {
        lock (sync)
        {
            isSuspended &= outstanding > 0;
            return !isSuspended;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        IsSuspended ? GivenUp() : InTimeAsync(lun.ReadAsync(offset, buffer, token));

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        IsSuspended ? GivenUp() : InTimeAsync(lun.WriteAsync(offset, data, flags, token));

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        IsSuspended ? GivenUp() : InTimeAsync(lun.FlushAsync(token));

    /// <summary>The LUN belongs to others.</summary>
    public ValueTask DisposeAsync() => default;

    private static ValueTask<IoStatus> GivenUp() => ValueTask.FromResult(IoStatus.Timeout);

    private async ValueTask<IoStatus> InTimeAsync(ValueTask<IoStatus> operation)
    {
        if (operation.IsCompleted)
        {
            return await operation;
        }

        Task<IoStatus> running = operation.AsTask();
        await WaitAsync(running);
        if (running.IsCompleted)
        {
            return await running;
        }

        lock (sync)
        {
            isSuspended = true;
            outstanding++;
        }

        _ = engine.StartAsync(() => AwaitLateAsync(running));
        return IoStatus.Timeout;
    }

    /// <summary>Waits until the operation has ended, or for as long as it is given.</summary>
    private async Task WaitAsync(Task running)
    {
        TaskCompletionSource tooLate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ITimer timer = engine.Time.CreateTimer(
            static state => (state as TaskCompletionSource)?.TrySetResult(),
            tooLate,
            patience,
            Timeout.InfiniteTimeSpan);
        await Together.AnyAsync(running, tooLate.Task);
    }

    private async Task AwaitLateAsync(Task<IoStatus> running)
    {
        try
        {
            await running;
        }
        finally
        {
            lock (sync)
            {
                outstanding--;
            }
        }
    }
}
