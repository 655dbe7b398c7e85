using VolMgr.Blocks;
using VolMgr.Proof.Histories;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof;

/// <summary>
/// A host's way to a disk. When the host crashes it is cut: nothing that the dead host still runs reaches the disk,
/// and an
/// I/O that is in flight completes for no one. One that ignores flushes is a bug made on purpose.
/// </summary>
internal sealed class FencedDevice(IExtentDevice inner, string lun, HistoryFeeds feeds, bool ignoresFlush)
    : IExtentDevice
{
    // its own: what waits for ever is held by this fence alone and goes with its lab
    private readonly Task<IoStatus> never = new TaskCompletionSource<IoStatus>().Task;

    private bool isCut;

    public long Length => inner.Length;

    public void Cut() => isCut = true;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        if (isCut)
        {
            return new ValueTask<IoStatus>(never);
        }

        long read = feeds.Reading(lun, offset, buffer.Length);
        return PassRead(inner.ReadAsync(offset, buffer, token), offset, buffer.Length, read);
    }

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        isCut
            ? new ValueTask<IoStatus>(never)
            : PassChange(inner.WriteAsync(offset, data, flags, token), offset, data.Length, flags);

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        isCut ? new ValueTask<IoStatus>(never)
        : ignoresFlush ? ValueTask.FromResult(IoStatus.Success)
        : FlushInnerAsync(token);

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        isCut
            ? new ValueTask<IoStatus>(never)
            : PassChange(inner.ZeroAsync(offset, length, flags, token), offset, length, flags);

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        isCut
            ? new ValueTask<IoStatus>(never)
            : PassChange(inner.DiscardAsync(offset, length, token), offset, length, WriteFlags.None);

    public async ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        ExtentReply reply = isCut ? default : await inner.NextExtentAsync(offset, length, token);
        if (isCut)
        {
            await never;
        }

        return reply;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask<IoStatus> FlushInnerAsync(CancellationToken token)
    {
        long flush = feeds.Flushing(lun);
        return EndFlush(inner.FlushAsync(token), flush);
    }

    private ValueTask<IoStatus> EndFlush(ValueTask<IoStatus> call, long flush)
    {
        if (StatusGather.TryTake(call, out IoStatus status))
        {
            feeds.Flushed(lun, flush, status);
            return ValueTask.FromResult(status);
        }

        return AwaitFlushAsync(call, flush);
    }

    private async ValueTask<IoStatus> AwaitFlushAsync(ValueTask<IoStatus> call, long flush)
    {
        IoStatus status = await call;
        if (isCut)
        {
            return await never;
        }

        feeds.Flushed(lun, flush, status);
        return status;
    }

    private ValueTask<IoStatus> PassChange(ValueTask<IoStatus> call, long offset, long length, WriteFlags flags)
    {
        if (StatusGather.TryTake(call, out IoStatus status))
        {
            feeds.Written(lun, offset, length, flags.HasFlag(WriteFlags.ForceUnitAccess), status);
            return ValueTask.FromResult(status);
        }

        return AwaitChangeAsync(call, offset, length, flags);
    }

    private async ValueTask<IoStatus> AwaitChangeAsync(
        ValueTask<IoStatus> call, long offset, long length, WriteFlags flags)
    {
        IoStatus status = await call;
        if (isCut)
        {
            return await never;
        }

        feeds.Written(lun, offset, length, flags.HasFlag(WriteFlags.ForceUnitAccess), status);
        return status;
    }

    private ValueTask<IoStatus> PassRead(ValueTask<IoStatus> call, long offset, long length, long read)
    {
        if (StatusGather.TryTake(call, out IoStatus status))
        {
            feeds.ReadEnded(lun, offset, length, read, status);
            return ValueTask.FromResult(status);
        }

        return AwaitReadAsync(call, offset, length, read);
    }

    private async ValueTask<IoStatus> AwaitReadAsync(ValueTask<IoStatus> call, long offset, long length, long read)
    {
        IoStatus status = await call;
        if (isCut)
        {
            return await never;
        }

        feeds.ReadEnded(lun, offset, length, read, status);
        return status;
    }
}
