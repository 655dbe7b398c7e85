namespace VolMgr.Simulation;

/// <summary>What a simulated program waits for, by name, so that a run that stands still can say who does.</summary>
internal sealed class ActivityWatch
{
    private readonly LinkedList<(string Name, Task Task, TimeSpan Began)> _open = new();

    /// <summary>How many an answer names: the oldest ones tell most.</summary>
    private const int MostNamed = 12;

    public void Add(string name, Task task, TimeSpan now)
    {
        if (!task.IsCompleted)
        {
            _open.AddLast((name, task, now));
        }
    }

    public void Clear() => _open.Clear();

    /// <summary>The longest that anything open has been open.</summary>
    public TimeSpan OldestAge(TimeSpan now)
    {
        while (_open.First is { } first && first.Value.Task.IsCompleted)
        {
            _open.RemoveFirst();
        }

        return _open.First is { } oldest ? now - oldest.Value.Began : TimeSpan.Zero;
    }

    /// <summary>What is open, oldest first.</summary>
    public IReadOnlyList<string> Describe(TimeSpan now) =>
        [.. _open.Where(entry => !entry.Task.IsCompleted).Take(MostNamed)
            .Select(entry => $"{entry.Name}, for {(now - entry.Began).TotalMilliseconds:F3} ms")];
}
