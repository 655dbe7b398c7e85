using VolMgr.Blocks;

namespace VolMgr.Proof;

/// <summary>
/// A host's way to a disk. When the host crashes it is cut: nothing that the dead host still runs reaches the disk, and an
/// I/O that is in flight completes for no one.
/// </summary>
internal sealed class FencedDevice(IExtentDevice inner) : IExtentDevice
{
    private bool isCut;

    public long Length => inner.Length;

    public void Cut() => isCut = true;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        PassAsync(() => inner.ReadAsync(offset, buffer, token));

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        PassAsync(() => inner.WriteAsync(offset, data, flags, token));

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => PassAsync(() => inner.FlushAsync(token));

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        PassAsync(() => inner.ZeroAsync(offset, length, flags, token));

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        PassAsync(() => inner.DiscardAsync(offset, length, token));

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        PassAsync(() => inner.NextExtentAsync(offset, length, token));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<T> PassAsync<T>(Func<ValueTask<T>> call)
    {
        if (!isCut)
        {
            T answer = await call();
            if (!isCut)
            {
                return answer;
            }
        }

        // the dead host waits for ever
        await new TaskCompletionSource().Task;
        throw new InvariantViolationException("a cut device answers nothing");
    }
}
