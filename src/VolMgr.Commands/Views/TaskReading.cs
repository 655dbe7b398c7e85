using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Views;

/// <summary>Reads what listings show of tasks.</summary>
internal static class TaskReading
{
    /// <summary>The tasks of a table by number.</summary>
    public static IReadOnlyList<TaskView> Of(TaskTable table)
    {
        IReadOnlyList<VolumeTask> tasks = table.List;
        return [.. tasks.OrderBy(task => task.Id).Select(task => Of(task, tasks))];
    }

    /// <summary>One task.</summary>
    public static TaskView Of(VolumeTask task, IReadOnlyList<VolumeTask> all) => new()
    {
        Id = task.Id,
        ParentId = task.ParentId,
        Type = task.Type,
        State = Letter(task.State),
        Tag = task.Tag,
        Operation = task.Operation,
        Volume = task.VolumeName,
        Plex = task.PlexName,
        Group = task.GroupName,
        Start = task.Start,
        End = task.End,
        Current = task.Current,
        ActiveChildren = all.Count(child => child.ParentId == task.Id),
        SlowMs = task.SlowMs,
        Started = task.Started,
        WorkTime = task.WorkTime,
        Remaining = task.Remaining,
    };

    private static char Letter(TaskState state) => state switch
    {
        TaskState.Running => 'R',
        TaskState.Paused => 'P',
        TaskState.Aborting => 'A',
        TaskState.Aborted => 'K',
        TaskState.Completed or TaskState.Failed => 'Z',
    };
}
