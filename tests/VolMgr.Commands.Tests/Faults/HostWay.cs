using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Commands.Tests.Faults;

/// <summary>A host's way to a LUN: what a dead host has sent completes for no one.</summary>
internal sealed class HostWay(SimulatedDisk disk) : IExtentDevice
{
    private readonly TaskCompletionSource<IoStatus> never = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isCut;

    public long Length => disk.Length;

    public void Cut() => isCut = true;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        PassAsync(() => disk.ReadAsync(offset, buffer, token));

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        PassAsync(() => disk.WriteAsync(offset, data, flags, token));

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => PassAsync(() => disk.FlushAsync(token));

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        PassAsync(() => disk.ZeroAsync(offset, length, flags, token));

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        PassAsync(() => disk.DiscardAsync(offset, length, token));

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        disk.NextExtentAsync(offset, length, token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<IoStatus> PassAsync(Func<ValueTask<IoStatus>> send)
    {
        IoStatus status = isCut ? IoStatus.NotReachable : await send();
        return isCut ? await never.Task : status;
    }
}
