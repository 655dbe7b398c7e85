using VolMgr.Blocks;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Work of a group that outlives the command that started it: copies, recoveries, publications. Going down waits for
/// all of it. A bug in it is kept and thrown where somebody waits.
/// </summary>
internal sealed class BackgroundWork(EngineServices engine)
{
    private readonly Lock guard = new();
    private readonly Dictionary<long, Task> running = [];
    private long nextId;

    /// <summary>Starts work on the group's scheduler.</summary>
    public void Start(Func<Task> work)
    {
        lock (guard)
        {
            long id = nextId++;
            running.Add(id, engine.StartAsync(() => RunAsync(id, work)));
        }
    }

    /// <summary>Ends when nothing runs any more, also what is started meanwhile.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            Task[] tasks;
            lock (guard)
            {
                tasks = [.. running.Values];
            }
            if (tasks.Length == 0)
            {
                return;
            }
            await Task.WhenAll(tasks);
        }
    }

    private async Task RunAsync(long id, Func<Task> work)
    {
        await work();
        lock (guard)
        {
            running.Remove(id);
        }
    }
}
