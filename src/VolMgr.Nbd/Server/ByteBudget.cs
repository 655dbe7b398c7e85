using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>Someone who holds bytes of a <see cref="ByteBudget"/>.</summary>
internal interface IByteHolder
{
    /// <summary>What it holds now, the bytes that it waits for not counted. Read without a lock.</summary>
    long Held { get; }
}

/// <summary>
/// Bytes that all connections together may hold. What is small is taken without asking, so the sum may pass the limit
/// by one block for each connection, and the next large request waits for that. Thread-safe.
/// </summary>
/// <remarks>
/// Clients who take much and give nothing back make each other wait, and nobody else: a quarter of the limit is kept
/// for those who hold little; of the rest nobody gets more than stays free after it, so that however many are greedy,
/// something is left for the next. Who must wait is passed by those who ask for less.
/// </remarks>
internal sealed class ByteBudget(long limit)
{
    /// <summary>Who holds no more than this holds little: a queue of small requests.</summary>
    private const long Little = 2 << 20;

    private readonly Lock _lock = new();
    private readonly long _limit = limit;
    private readonly long _shared = limit - (limit / 4);
    private readonly LinkedList<Waiter> _waiting = new();
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

    /// <summary>Completes when the bytes have been taken; a holder waits for one request at a time.</summary>
    public ValueTask TakeAsync(long bytes, IByteHolder holder)
    {
        Invariant.Holds(bytes <= _shared);
        lock (_lock)
        {
            if (TryTakeUnsynchronized(bytes, holder))
            {
                return ValueTask.CompletedTask;
            }

            TaskCompletionSource granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.AddLast(new Waiter(bytes, holder, granted));
            return new ValueTask(granted.Task);
        }
    }

    /// <summary>Gives back. The holder's own count has gone down before, or it would wait for itself.</summary>
    public void Release(long bytes)
    {
        long left = Interlocked.Add(ref _held, -bytes);
        Invariant.Holds(left >= 0);
        lock (_lock)
        {
            LinkedListNode<Waiter>? node = _waiting.First;
            while (node is not null)
            {
                LinkedListNode<Waiter>? next = node.Next;
                if (TryTakeUnsynchronized(node.Value.Bytes, node.Value.Holder))
                {
                    _waiting.Remove(node);
                    node.Value.Granted.SetResult();
                }

                node = next;
            }
        }
    }

    /// <summary>A request for nothing waits only while the limit is passed.</summary>
    private bool TryTakeUnsynchronized(long bytes, IByteHolder holder)
    {
        long own = holder.Held;
        bool holdsLittle = own + bytes <= Little;
        long all = Interlocked.Add(ref _held, bytes);
        if (all <= (holdsLittle ? _limit : _shared) && (holdsLittle || LeavesEnough(own + bytes, all)))
        {
            return true;
        }

        Interlocked.Add(ref _held, -bytes);
        return false;
    }

    /// <summary>
    /// As much stays free as the holder has then; or there are hardly any others, for whom it would have to stay.
    /// </summary>
    private bool LeavesEnough(long own, long all) => own <= _shared - all || all - own <= _shared / 8;

    private sealed record Waiter(long Bytes, IByteHolder Holder, TaskCompletionSource Granted);
}
