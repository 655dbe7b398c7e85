using System.Collections.Immutable;
using System.Globalization;

namespace VolMgr.Volumes.Tasks;

/// <summary>The tasks of one host. Tasks that have ended are not in it.</summary>
public sealed class TaskTable(TimeProvider time)
{
    /// <summary>Ids begin where listings in the field's documentation do.</summary>
    private const int FirstId = 160;

    private readonly Lock sync = new();
    private int nextId = FirstId;
    private ImmutableList<VolumeTask> tasks = [];
    private long version;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The tasks, by id.</summary>
    public IReadOnlyList<VolumeTask> List => Volatile.Read(ref tasks);

    /// <summary>Grows whenever a task begins, ends or changes state; progress does not count.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>Begins a task; its operation reports progress and finishes it.</summary>
    public VolumeTask Start(TaskRequest request)
    {
        VolumeTask task;
        lock (sync)
        {
            task = new VolumeTask(this, nextId++, request, time);
            Volatile.Write(ref tasks, tasks.Add(task));
        }

        if (List.FirstOrDefault(other => other.Id == request.ParentId) is { } parent)
        {
            task.Follow(parent);
        }

        NoteChange();
        return task;
    }

    /// <summary>The task with that id or tag, or null.</summary>
    public VolumeTask? Find(string idOrTag) =>
        int.TryParse(idOrTag, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            && List.FirstOrDefault(task => task.Id == id) is { } found
            ? found
            : List.FirstOrDefault(task =>
                task.Tag.Length > 0 && string.Equals(task.Tag, idOrTag, StringComparison.Ordinal));

    /// <summary>The parts of a task, by id.</summary>
    public IReadOnlyList<VolumeTask> ChildrenOf(int id) => [.. List.Where(task => task.ParentId == id)];

    /// <summary>Completes when <see cref="Version"/> is no longer the one that was seen.</summary>
    public Task WaitForChangeAsync(long seenVersion)
    {
        lock (sync)
        {
            return version != seenVersion ? Task.CompletedTask : changed.Task;
        }
    }

    internal void Remove(VolumeTask task)
    {
        lock (sync)
        {
            Volatile.Write(ref tasks, tasks.Remove(task));
        }

        NoteChange();
        if (task.ParentId is { } parent && List.FirstOrDefault(other => other.Id == parent) is { } owner)
        {
            owner.Report(owner.Current + 1);
        }
    }

    internal void NoteChange()
    {
        TaskCompletionSource before;
        lock (sync)
        {
            Volatile.Write(ref version, version + 1);
            before = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        before.TrySetResult();
    }
}
