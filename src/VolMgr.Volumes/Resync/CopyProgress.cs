using VolMgr.Blocks;

namespace VolMgr.Volumes.Resync;

/// <summary>
/// What the workers of one copy share: how it has to end, the bytes so far, and what is not yet flushed. The first
/// reason to stop counts.
/// </summary>
internal sealed class CopyProgress
{
    /// <summary>Workers wait when this many checkpoints' worth is not flushed: a flush of an application has to take
    /// along what the copy has left in the cache.</summary>
    private const int MaximumDebt = 6;

    /// <summary>Checkpoints are so much rarer beside applications: each one is felt.</summary>
    private const int ConsiderateInterval = 3;

    private readonly Lock sync = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource due = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action? onStop;
    private PlexCopyState? state;
    private bool hasEnded;
    private long copied;
    private long skipped;
    private long unflushed;

    /// <summary>How the copy has to end; null while it goes on.</summary>
    public PlexCopyState? State
    {
        get
        {
            lock (sync)
            {
                return state;
            }
        }
    }

    public IoStatus Reason { get; private set; }

    public bool IsStopped => State is not null;

    /// <summary>Whether the workers have ended.</summary>
    public bool HasEnded => Volatile.Read(ref hasEnded);

    public long BytesCopied => Volatile.Read(ref copied);

    public long BytesSkipped => Volatile.Read(ref skipped);

    public CancellationToken Stopped => stopping.Token;

    public Task StoppedTask => stopped.Task;

    /// <summary>Completes when a checkpoint is due for its bytes, or the work has ended.</summary>
    public Task DueAsync()
    {
        lock (sync)
        {
            return due.Task;
        }
    }

    public void OnStop(Action action)
    {
        lock (sync)
        {
            onStop = action;
            if (state is null)
            {
                return;
            }
        }

        action();
    }

    public void Stop(PlexCopyState how, IoStatus reason)
    {
        Action? action;
        lock (sync)
        {
            if (state is not null || hasEnded)
            {
                return;
            }

            state = how;
            Reason = reason;
            action = onStop;
            due.TrySetResult();
        }

        stopping.Cancel();
        stopped.TrySetResult();
        action?.Invoke();
    }

    /// <summary>The workers have ended; a stop that comes later has nothing to stop.</summary>
    public void EndWork()
    {
        lock (sync)
        {
            Volatile.Write(ref hasEnded, true);
            due.TrySetResult();
        }
    }

    /// <summary>Counts a step; waits when too much is not flushed.</summary>
    public async ValueTask AddAsync(long copiedBytes, long skippedBytes, long checkpointBytes, bool seesApplication)
    {
        Task wait;
        lock (sync)
        {
            copied += copiedBytes;
            skipped += skippedBytes;
            unflushed += copiedBytes;
            if (unflushed >= (seesApplication ? checkpointBytes * ConsiderateInterval : checkpointBytes))
            {
                due.TrySetResult();
            }

            wait = unflushed >= checkpointBytes * MaximumDebt ? flushed.Task : Task.CompletedTask;
        }

        if (!wait.IsCompleted)
        {
            await Together.AnyAsync(wait, stopped.Task);
        }
    }

    /// <summary>A checkpoint begins: what is copied from now on belongs to the next one.</summary>
    public void BeginCheckpoint()
    {
        lock (sync)
        {
            unflushed = 0;
            if (!hasEnded)
            {
                due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>A checkpoint has ended.</summary>
    public void EndCheckpoint()
    {
        TaskCompletionSource before;
        lock (sync)
        {
            before = flushed;
            flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        before.TrySetResult();
    }
}
