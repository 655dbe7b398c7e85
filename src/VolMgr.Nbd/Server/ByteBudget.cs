using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>
/// Bytes that all connections together may hold. Who does not get what it asked for waits in line; what is small is
/// taken without asking, so the sum may pass the limit by one block for each connection, and the next large request
/// waits for that. A quarter is kept for those who hold little, so that clients who take much and give nothing back
/// make each other wait, and nobody else. Thread-safe.
/// </summary>
internal sealed class ByteBudget(long limit)
{
    private readonly Lock _lock = new();
    private readonly Line _all = new(limit - (limit / 4));
    private readonly Line _modest = new(limit);
    private long _held;

    public long Held => Volatile.Read(ref _held);

    /// <summary>Someone waits: memory that idles in the hands of a stalled client is missed.</summary>
    public bool IsMissed
    {
        get
        {
            lock (_lock)
            {
                return _all.Waiting.Count > 0 || _modest.Waiting.Count > 0;
            }
        }
    }

    public void Take(long bytes) => Interlocked.Add(ref _held, bytes);

    /// <summary>Completes when the bytes have been taken.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="isModest">Whether the taker holds little, these bytes counted.</param>
    public ValueTask TakeAsync(long bytes, bool isModest)
    {
        Line line = isModest ? _modest : _all;
        Invariant.Holds(bytes <= line.Limit);
        lock (_lock)
        {
            if (line.Waiting.Count == 0 && TryTakeUnsynchronized(bytes, line.Limit))
            {
                return ValueTask.CompletedTask;
            }

            TaskCompletionSource granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            line.Waiting.Enqueue((bytes, granted));
            return new ValueTask(granted.Task);
        }
    }

    public void Release(long bytes)
    {
        long left = Interlocked.Add(ref _held, -bytes);
        Invariant.Holds(left >= 0);
        lock (_lock)
        {
            GrantUnsynchronized(_modest);
            GrantUnsynchronized(_all);
        }
    }

    private void GrantUnsynchronized(Line line)
    {
        while (line.Waiting.TryPeek(out (long Bytes, TaskCompletionSource Granted) first)
            && TryTakeUnsynchronized(first.Bytes, line.Limit))
        {
            line.Waiting.Dequeue();
            first.Granted.SetResult();
        }
    }

    /// <summary>A request for nothing waits only while the limit is passed.</summary>
    private bool TryTakeUnsynchronized(long bytes, long limit)
    {
        if (Interlocked.Add(ref _held, bytes) <= limit)
        {
            return true;
        }

        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    /// <summary>Those who wait, first come, and how far they may fill the budget.</summary>
    private sealed class Line(long limit)
    {
        public long Limit { get; } = limit;

        public Queue<(long Bytes, TaskCompletionSource Granted)> Waiting { get; } = new();
    }
}
