namespace VolMgr.Cli.Engine;

/// <summary>
/// Runs system calls that may sleep (fdatasync, reads that miss the page cache) on a bounded set of threads of its own,
/// so that they never hold up the thread pool. Threads are started on demand and end with the process.
/// </summary>
/// <param name="maximumThreads">Threads at most.</param>
/// <param name="niceness">How far they stand back behind the other threads of the machine, 0 to 19.</param>
internal sealed class BlockingTaskScheduler(int maximumThreads, int niceness = 0) : TaskScheduler
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
        if (niceness > 0)
        {
            ThreadSchedule.StandBack(niceness);
        }
        else
        {
            ThreadSchedule.Answer(); // whoever waits for the call goes on when it has ended
        }

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

            if (niceness > 0)
            {
                RuntimeThreads.Arrange(niceness);
            }

            TryExecuteTask(task);
        }
    }
}
