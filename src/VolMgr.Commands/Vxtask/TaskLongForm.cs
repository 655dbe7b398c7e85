using VolMgr.Commands.Text;
using VolMgr.Commands.Views;

namespace VolMgr.Commands.Vxtask;

/// <summary>The labelled lines of <c>vxtask -l list</c>.</summary>
internal static class TaskLongForm
{
    /// <summary>The lines of a task; the clock knows the time zone.</summary>
    public static IEnumerable<string> Of(TaskView task, TimeProvider time)
    {
        string parent = task.ParentId is { } id ? $" Parent: {id}" : "";
        string done = task.IsParent
            ? $"{task.Current} of {task.End} Tasks"
            : $"{RecordFacts.Sectors(task.Current)} of {RecordFacts.Sectors(task.End)} Blocks";
        List<string> lines =
        [
            $"Task:      {task.Id} {StateWord(task.State)}{parent}",
            $"Type:      {task.Type}",
            $"Operation: {Operation(task)}",
            $"Started:   {Moment.Of(task.Started, time)}",
            $"Throttle:  {task.SlowMs}",
            $"Progress:  {TaskRows.Percent(task)} {done}",
            $"Work time: {WorkTime(task)}",
        ];
        if (task.Tag.Length > 0)
        {
            lines.Insert(1, $"Tag:       {task.Tag}");
        }

        return lines;
    }

    private static string StateWord(char state) => state switch
    {
        'R' => "RUNNING",
        'P' => "PAUSED",
        'A' => "ABORTING",
        'K' => "KILLED",
        _ => "EXITED",
    };

    private static string Operation(TaskView task)
    {
        List<string> words = [task.Operation];
        foreach ((string label, string value) in
            new[] { ("Vol", task.Volume), ("Plex", task.Plex), ("Dg", task.Group) })
        {
            words.AddRange(value.Length > 0 ? [label, value] : Array.Empty<string>());
        }

        return string.Join(' ', words);
    }

    private static string WorkTime(TaskView task)
    {
        string text = $"{(long)task.WorkTime.TotalSeconds} seconds";
        if (task.Remaining is not { } remaining || task.State == 'Z')
        {
            return text;
        }

        string clock = remaining.TotalHours >= 1
            ? $"{(long)remaining.TotalHours:D2}:{remaining.Minutes:D2}:{remaining.Seconds:D2}"
            : $"{remaining.Minutes:D2}:{remaining.Seconds:D2}";
        return $"{text} ({clock} remaining)";
    }
}
