namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Keeps a volume's work that runs outside its gate apart from its reconfigurations: the lazy clearing of the dirty
/// region log, which flushes the published plexes and writes the log.
/// </summary>
/// <remarks>
/// Work does not begin while a reconfiguration waits or runs, and a reconfiguration waits for work that has begun. Work
/// never waits: it is left for later. So there is no order of waiting to keep.
/// </remarks>
internal sealed class Housekeeping
{
    private readonly Lock sync = new();
    private TaskCompletionSource? ended;
    private int bars;

    /// <summary>Begins a piece of work; false when it has to be left for later.</summary>
    public bool TryBegin()
    {
        lock (sync)
        {
            if (bars > 0 || ended is not null)
            {
                return false;
            }

            ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    /// <summary>The work has ended.</summary>
    public void End()
    {
        TaskCompletionSource? done;
        lock (sync)
        {
            done = ended;
            ended = null;
        }

        done?.SetResult();
    }

    /// <summary>Keeps new work out until <see cref="Lift"/>; ends when none is at work.</summary>
    public Task BarAsync()
    {
        lock (sync)
        {
            bars++;
            return ended?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>Takes one bar away.</summary>
    public void Lift()
    {
        lock (sync)
        {
            bars--;
        }
    }
}
