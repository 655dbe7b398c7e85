using VolMgr.Blocks;

namespace VolMgr.Proof;

/// <summary>
/// A host's way to a disk. When the host crashes it is cut: nothing that the dead host still runs reaches the disk,
/// and an
/// I/O that is in flight completes for no one. One that ignores flushes is a bug made on purpose.
/// </summary>
internal sealed class FencedDevice(IExtentDevice inner, bool ignoresFlush) : IExtentDevice
{
    // its own: what waits for ever is held by this fence alone and goes with its lab
    private readonly Task<IoStatus> never = new TaskCompletionSource<IoStatus>().Task;

    private bool isCut;

    public long Length => inner.Length;

    public void Cut() => isCut = true;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        isCut ? new ValueTask<IoStatus>(never) : Pass(inner.ReadAsync(offset, buffer, token));

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        isCut ? new ValueTask<IoStatus>(never) : Pass(inner.WriteAsync(offset, data, flags, token));

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        isCut ? new ValueTask<IoStatus>(never)
        : ignoresFlush ? ValueTask.FromResult(IoStatus.Success)
        : Pass(inner.FlushAsync(token));

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        isCut ? new ValueTask<IoStatus>(never) : Pass(inner.ZeroAsync(offset, length, flags, token));

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        isCut ? new ValueTask<IoStatus>(never) : Pass(inner.DiscardAsync(offset, length, token));

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

    private ValueTask<IoStatus> Pass(ValueTask<IoStatus> call) =>
        call.IsCompletedSuccessfully ? call : AwaitAsync(call);

    private async ValueTask<IoStatus> AwaitAsync(ValueTask<IoStatus> call)
    {
        IoStatus status = await call;
        return isCut ? await never : status;
    }
}
