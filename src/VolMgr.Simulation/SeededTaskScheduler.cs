using VolMgr.Blocks;

namespace VolMgr.Simulation;

/// <summary>
/// Runs tasks one at a time on the thread that calls <see cref="RunOne"/>, choosing by its strategy among all that can
/// run: each interleaving of continuations has its seed. A task is run inline, as production would, only on that thread
/// and only when the seed says so.
/// </summary>
internal sealed class SeededTaskScheduler : TaskScheduler
{
    /// <summary>Steps between two changes of priority, on average.</summary>
    private const int ChangeInterval = 400;

    private readonly Random _random;
    private readonly SchedulingStrategy _strategy;
    private readonly Action<long> _note;
    private readonly Lock _lock = new();
    private readonly List<(Task Task, long Priority)> _runnable = [];

    /// <summary>The priority of the task that runs, or null between tasks.</summary>
    private long? _running;

    /// <summary>Below every priority given so far.</summary>
    private long _lowest;

    /// <summary>The thread inside <see cref="RunOne"/>, or 0.</summary>
    private int _loopThread;

    /// <summary>A scheduler without work.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="strategy">How it chooses.</param>
    /// <param name="note">Told of every choice.</param>
    public SeededTaskScheduler(int seed, SchedulingStrategy strategy, Action<long> note)
    {
        _random = new Random(seed);
        _strategy = strategy;
        _note = note;
    }

    /// <summary>Tasks run so far, inline ones not counted.</summary>
    public long Steps { get; private set; }

    /// <summary>Work was queued from another thread while the loop ran.</summary>
    public bool HasLeaked { get; private set; }

    /// <summary>The thread that owns the run, or 0 between runs.</summary>
    public int OwnerThread { get; set; }

    public override int MaximumConcurrencyLevel => 1;

    public bool RunOne()
    {
        (Task Task, long Priority) chosen;
        lock (_lock)
        {
            if (_runnable.Count == 0)
            {
                return false;
            }

            int choice = Choose();
            _note(((long)_runnable.Count << 32) | (uint)choice);
            chosen = _runnable[choice];
            _runnable[choice] = _runnable[^1];
            _runnable.RemoveAt(_runnable.Count - 1);
        }

        Steps++;
        _loopThread = Environment.CurrentManagedThreadId;
        _running = chosen.Priority;
        try
        {
            bool hasRun = TryExecuteTask(chosen.Task);
            Invariant.Holds(hasRun);
        }
        finally
        {
            _loopThread = 0;
            _running = null;
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

            _runnable.Add((task, _strategy == SchedulingStrategy.Priorities ? PriorityUnsynchronized(task) : 0));
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
            return [.. _runnable.Select(entry => entry.Task)];
        }
    }

    /// <summary>An activity that begins draws its own; a continuation mostly has the one of whoever let it go on.
    /// </summary>
    private long PriorityUnsynchronized(Task task)
    {
        bool begins = (task.CreationOptions & TaskCreationOptions.DenyChildAttach) != TaskCreationOptions.None;
        return !begins && _running is { } inherited && _random.Next(16) != 0
            ? inherited
            : 1 + _random.NextInt64(1L << 40);
    }

    private int Choose()
    {
        if (_strategy == SchedulingStrategy.Uniform)
        {
            return _random.Next(_runnable.Count);
        }

        int highest = Highest();
        if (_random.Next(ChangeInterval) == 0)
        {
            long fallen = _runnable[highest].Priority;
            _lowest--;
            for (int index = 0; index < _runnable.Count; index++)
            {
                if (_runnable[index].Priority == fallen)
                {
                    _runnable[index] = (_runnable[index].Task, _lowest);
                }
            }

            highest = Highest();
        }

        return highest;
    }

    /// <summary>The first of those with the highest priority.</summary>
    private int Highest()
    {
        int highest = 0;
        for (int index = 1; index < _runnable.Count; index++)
        {
            if (_runnable[index].Priority > _runnable[highest].Priority)
            {
                highest = index;
            }
        }

        return highest;
    }
}
