using System.Diagnostics;
using System.Runtime.InteropServices;
using VolMgr.Blocks;

namespace VolMgr.Cli.Engine;

/// <summary>
/// One thread that polls some sockets and runs tasks between.
/// </summary>
/// <remarks>
/// While it has nothing to do it looks again and again for some tens of microseconds before it sleeps, if that was
/// worth it lately: waking a thread costs as much as a whole request. How long adapts as in the I/O threads of QEMU: a
/// wait that a longer look would have caught makes it longer, one that was far too long ends it.
/// </remarks>
internal sealed class SocketLoop : TaskScheduler, ISocketLoop
{
    private const int TasksBetweenPolls = 64;

    private static readonly long longestLook = Stopwatch.Frequency * 50 / 1_000_000;
    private static readonly long firstLook = Stopwatch.Frequency * 8 / 1_000_000;

    /// <summary>Loops that look without sleeping: one core stays free for those who send.</summary>
    private static int looking;

    private readonly Lock gate = new();
    private readonly Queue<Task> tasks = new();
    private readonly List<LoopedSocket> sockets = [];
    private readonly SocketPoll poll = new();
    private readonly Thread thread;
    private volatile int taskCount;
    private bool isAsleep;
    private long look;

    public SocketLoop()
    {
        // The pump is a task itself: whoever is continued by it finds this scheduler as the current one.
        thread = new Thread(() => new Task(Pump).RunSynchronously(this)) { IsBackground = true, Name = "sockets" };
        thread.Start();
    }

    /// <inheritdoc/>
    public TaskScheduler Scheduler => this;

    /// <summary>Sockets that it watches.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return sockets.Count;
            }
        }
    }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    private bool IsHere => Thread.CurrentThread == thread;

    /// <inheritdoc/>
    public ILoopedSocket Add(SafeHandle socket)
    {
        var added = new LoopedSocket(this, (int)socket.DangerousGetHandle());
        lock (gate)
        {
            sockets.Add(added);
        }

        return added;
    }

    internal void Remove(LoopedSocket socket)
    {
        lock (gate)
        {
            sockets.Remove(socket);
        }
    }

    /// <summary>A socket has begun to wait: from another thread, the poll has to begin anew.</summary>
    internal void Notice()
    {
        if (!IsHere)
        {
            QueueTask(new Task(static () => { }));
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        bool wakes;
        lock (gate)
        {
            tasks.Enqueue(task);
            taskCount = tasks.Count;
            wakes = isAsleep;
            isAsleep = false;
        }

        if (wakes)
        {
            poll.Wake();
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && IsHere && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (gate)
        {
            return [.. tasks];
        }
    }

    private void Pump()
    {
        ThreadSchedule.Answer();
        while (true)
        {
            RunTasks();
            Collect();
            int ready = taskCount > 0 ? poll.Look() : Wait();
            if (ready > 0)
            {
                poll.CompleteReady();
            }
        }
    }

    private void RunTasks()
    {
        for (int count = 0; count < TasksBetweenPolls && taskCount > 0; count++)
        {
            Task task;
            lock (gate)
            {
                task = tasks.Dequeue();
                taskCount = tasks.Count;
            }

            TryExecuteTask(task);
        }
    }

    private void Collect()
    {
        poll.Clear();
        lock (gate)
        {
            foreach (LoopedSocket socket in sockets)
            {
                poll.Add(socket);
            }
        }
    }

    private int Wait()
    {
        long began = Stopwatch.GetTimestamp();
        int ready = LookFor(began);
        if (ready > 0 || !TryFallAsleep())
        {
            return ready;
        }

        ready = poll.Sleep();
        lock (gate)
        {
            isAsleep = false;
        }

        long waited = Stopwatch.GetTimestamp() - began;
        look = waited > longestLook ? 0 : Math.Min(longestLook, Math.Max(firstLook, look * 2));
        return ready;
    }

    private int LookFor(long began)
    {
        int ready = 0;
        if (look > 0 && Interlocked.Increment(ref looking) < Environment.ProcessorCount)
        {
            do
            {
                ready = poll.Look();
            }
            while (ready == 0 && taskCount == 0 && Yield(began));
        }

        if (look > 0)
        {
            Interlocked.Decrement(ref looking);
        }

        return ready;
    }

    private bool Yield(long began) => Stopwatch.GetTimestamp() - began < look && (Thread.Yield() || true);

    private bool TryFallAsleep()
    {
        lock (gate)
        {
            isAsleep = tasks.Count == 0;
            return isAsleep;
        }
    }
}
