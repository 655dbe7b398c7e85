using VolMgr.Blocks;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Work of a group that outlives the command that started it: copies, recoveries, publications. Going down waits for all of
/// it. A bug in it is kept and thrown where somebody waits.
/// </summary>
internal sealed class BackgroundWork(EngineServices engine)
{
    private readonly Lock guard = new();
    private readonly HashSet<Task> running = [];

    /// <summary>Starts work on the group's scheduler.</summary>
    public void Start(Func<Task> work)
    {
        Task started = engine.StartAsync(work);
        lock (guard)
        {
            running.Add(started);
        }
        _ = ForgetAsync(started);
    }

    /// <summary>Ends when nothing runs any more, also what is started meanwhile.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            Task[] tasks;
            lock (guard)
            {
                tasks = [.. running];
            }
            if (tasks.Length == 0)
            {
                return;
            }
            await Task.WhenAll(tasks);
        }
    }

    private async Task ForgetAsync(Task started)
    {
        await Task.WhenAny(started);
        if (started.IsCompletedSuccessfully)
        {
            lock (guard)
            {
                running.Remove(started);
            }
        }
    }
}
