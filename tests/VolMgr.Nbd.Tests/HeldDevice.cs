using VolMgr.Blocks;

namespace VolMgr.Nbd.Tests;

/// <summary>A device whose requests wait until a test lets them go, in any order it likes.</summary>
internal sealed class HeldDevice(long length) : IBlockDevice
{
    private readonly Lock _lock = new();
    private readonly MemoryDevice _memory = new(length);
    private readonly List<(long Offset, TaskCompletionSource Gate)> _held = [];

    public long Length => _memory.Length;

    public int HeldCount
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    public async ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        await HoldAsync(offset);
        return await _memory.ReadAsync(offset, buffer, token);
    }

    public async ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        await HoldAsync(offset);
        return await _memory.WriteAsync(offset, data, flags, token);
    }

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => _memory.FlushAsync(token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Lets the requests at an offset go, or all.</summary>
    public void Release(long? offset = null)
    {
        List<TaskCompletionSource> gates;
        lock (_lock)
        {
            gates = [.. _held.Where(held => held.Offset == (offset ?? held.Offset)).Select(held => held.Gate)];
            _held.RemoveAll(held => held.Offset == (offset ?? held.Offset));
        }

        gates.ForEach(gate => gate.SetResult());
    }

    private Task HoldAsync(long offset)
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _held.Add((offset, gate));
        }

        return gate.Task;
    }
}
