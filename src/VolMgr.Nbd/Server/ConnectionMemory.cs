using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>
/// What one connection holds: bytes, and requests under way. Its reader, and nobody else, waits here until there is
/// room for the next request; whoever gives something back wakes it. Thread-safe.
/// </summary>
internal sealed class ConnectionMemory(ByteBudget budget, long maximumBytes, int maximumRequests) : IByteHolder
{
    private readonly Lock _lock = new();
    private readonly ByteBudget _budget = budget;
    private readonly long _maximumBytes = maximumBytes;
    private readonly int _maximumRequests = maximumRequests;
    private long _bytes;
    private int _requests;

    /// <summary>Set while the reader waits.</summary>
    private TaskCompletionSource? _changed;

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    long IByteHolder.Held => Volatile.Read(ref _bytes);

    /// <summary>Takes a small piece that must not wait.</summary>
    public void Take(int bytes)
    {
        _budget.Take(bytes);
        lock (_lock)
        {
            _bytes += bytes;
        }
    }

    public void Release(int bytes)
    {
        TaskCompletionSource? changed;
        lock (_lock)
        {
            _bytes -= bytes;
            Invariant.Holds(_bytes >= 0);
            changed = TakeWaiterUnsynchronized();
        }

        _budget.Release(bytes);
        changed?.SetResult();
    }

    /// <summary>Waits for a free place for one more request and takes the bytes it will hold.</summary>
    public async ValueTask AdmitAsync(int bytes)
    {
        while (MustWaitForRoom(bytes, out Task changed))
        {
            await changed;
        }

        await _budget.TakeAsync(bytes, this);
        lock (_lock)
        {
            _bytes += bytes;
        }
    }

    public void EnterRequest()
    {
        lock (_lock)
        {
            _requests++;
        }
    }

    public void LeaveRequest()
    {
        TaskCompletionSource? changed;
        lock (_lock)
        {
            _requests--;
            Invariant.Holds(_requests >= 0);
            changed = TakeWaiterUnsynchronized();
        }

        changed?.SetResult();
    }

    /// <summary>Completes when no request is under way. The reader calls it when it has stopped reading.</summary>
    public async ValueTask DrainAsync()
    {
        while (MustWaitForRequests(out Task changed))
        {
            await changed;
        }
    }

    /// <summary>Gives back what a failed request may have left behind.</summary>
    public void Close()
    {
        long left;
        lock (_lock)
        {
            left = _bytes;
            _bytes = 0;
        }

        _budget.Release(left);
    }

    private bool MustWaitForRoom(int bytes, out Task changed)
    {
        lock (_lock)
        {
            bool isFull = _requests >= _maximumRequests || (_bytes > 0 && _bytes + bytes > _maximumBytes);
            changed = isFull ? WaitUnsynchronized() : Task.CompletedTask;
            return isFull;
        }
    }

    private bool MustWaitForRequests(out Task changed)
    {
        lock (_lock)
        {
            changed = _requests > 0 ? WaitUnsynchronized() : Task.CompletedTask;
            return _requests > 0;
        }
    }

    private Task WaitUnsynchronized()
    {
        Invariant.Holds(_changed is null);
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _changed.Task;
    }

    private TaskCompletionSource? TakeWaiterUnsynchronized()
    {
        TaskCompletionSource? changed = _changed;
        _changed = null;
        return changed;
    }
}
