using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>
/// Bytes that all connections together may hold. Who does not get what it asked for waits in line; what is small is
/// taken without asking, so the sum may pass the limit by one block for each connection, and the next large request
/// waits for that. Thread-safe.
/// </summary>
internal sealed class ByteBudget(long limit)
{
    private readonly Lock _lock = new();
    private readonly long _limit = limit;
    private readonly Queue<(long Bytes, TaskCompletionSource Granted)> _waiting = new();
    private long _held;

    public long Held => Volatile.Read(ref _held);

    /// <summary>Someone waits: memory that idles in the hands of a stalled client is missed.</summary>
    public bool IsMissed
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0;
            }
        }
    }

    public void Take(long bytes) => Interlocked.Add(ref _held, bytes);

    /// <summary>Completes when the bytes have been taken.</summary>
    public ValueTask TakeAsync(long bytes)
    {
        Invariant.Holds(bytes <= _limit);
        lock (_lock)
        {
            if (_waiting.Count == 0 && TryTakeUnsynchronized(bytes))
            {
                return ValueTask.CompletedTask;
            }

            TaskCompletionSource granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((bytes, granted));
            return new ValueTask(granted.Task);
        }
    }

    public void Release(long bytes)
    {
        long left = Interlocked.Add(ref _held, -bytes);
        Invariant.Holds(left >= 0);
        lock (_lock)
        {
            while (_waiting.TryPeek(out (long Bytes, TaskCompletionSource Granted) first)
                && TryTakeUnsynchronized(first.Bytes))
            {
                _waiting.Dequeue();
                first.Granted.SetResult();
            }
        }
    }

    /// <summary>A request for nothing waits only while the limit is passed.</summary>
    private bool TryTakeUnsynchronized(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= _limit)
        {
            return true;
        }

        Interlocked.Add(ref _held, -bytes);
        return false;
    }
}
