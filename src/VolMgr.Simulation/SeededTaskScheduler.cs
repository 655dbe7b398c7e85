using VolMgr.Blocks;

namespace VolMgr.Simulation;

/// <summary>
/// Runs tasks one at a time on the thread that calls <see cref="RunOne"/>, choosing uniformly among all that can run:
/// each interleaving of continuations has its seed. A task is run inline, as production would, only on that thread and
/// only when the seed says so.
/// </summary>
internal sealed class SeededTaskScheduler : TaskScheduler
{
    private readonly Random _random;
    private readonly Lock _lock = new();
    private readonly List<Task> _runnable = [];

    /// <summary>The thread inside <see cref="RunOne"/>, or 0.</summary>
    private int _loopThread;

    public SeededTaskScheduler(int seed) => _random = new Random(seed);

    /// <summary>Tasks run so far, inline ones not counted.</summary>
    public long Steps { get; private set; }

    /// <summary>Work was queued from another thread while the loop ran.</summary>
    public bool HasLeaked { get; private set; }

    /// <summary>The thread that owns the run, or 0 between runs.</summary>
    public int OwnerThread { get; set; }

    public override int MaximumConcurrencyLevel => 1;

    public bool RunOne()
    {
        Task task;
        lock (_lock)
        {
            if (_runnable.Count == 0)
            {
                return false;
            }

            int choice = _random.Next(_runnable.Count);
            task = _runnable[choice];
            _runnable[choice] = _runnable[^1];
            _runnable.RemoveAt(_runnable.Count - 1);
        }

        Steps++;
        _loopThread = Environment.CurrentManagedThreadId;
        try
        {
            bool hasRun = TryExecuteTask(task);
            Invariant.Holds(hasRun);
        }
        finally
        {
            _loopThread = 0;
        }

        return true;
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            if (OwnerThread != 0 && OwnerThread != Environment.CurrentManagedThreadId)
            {
                HasLeaked = true;
            }

            _runnable.Add(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued
        && _loopThread == Environment.CurrentManagedThreadId
        && _random.Next(2) == 0
        && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
        {
            return [.. _runnable];
        }
    }
}
