namespace VolMgr.Cli.Engine;

/// <summary>
/// Runs system calls that may sleep (fdatasync, reads that miss the page cache) on a bounded set of threads of its own,
/// so that they never hold up the thread pool. Threads are started on demand and end with the process.
/// </summary>
internal sealed class BlockingTaskScheduler(int maximumThreads) : TaskScheduler
{
    private readonly Queue<Task> waiting = new();
    private readonly object gate = new();
    private int threads;
    private int idleThreads;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => maximumThreads;

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (gate)
        {
            waiting.Enqueue(task);
            if (idleThreads >= waiting.Count || threads == maximumThreads)
            {
                Monitor.Pulse(gate);
                return;
            }

            threads++;
        }

        new Thread(Work) { IsBackground = true, Name = "blocking" }.Start();
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (gate)
        {
            return [.. waiting];
        }
    }

    private void Work()
    {
        while (true)
        {
            Task? task;
            lock (gate)
            {
                while (!waiting.TryDequeue(out task))
                {
                    idleThreads++;
                    Monitor.Wait(gate);
                    idleThreads--;
                }
            }

            TryExecuteTask(task);
        }
    }
}
