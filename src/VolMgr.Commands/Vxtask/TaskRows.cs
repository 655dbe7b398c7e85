using System.Globalization;
using VolMgr.Commands.Views;

namespace VolMgr.Commands.Vxtask;

/// <summary>The table of <c>vxtask list</c> (vxvm.md 5.9).</summary>
internal static class TaskRows
{
    /// <summary>Column headings.</summary>
    public const string Header = "TASKID  PTID TYPE/STATE    PCT   PROGRESS";

    /// <summary>The line of a task.</summary>
    public static string Row(TaskView task)
    {
        string parent = task.ParentId is { } id ? $"{id}" : "";
        return $"{task.Id,6}{parent,6}     {task.Type}/{task.State} {Percent(task)} {Progress(task)} {Operation(task)}";
    }

    /// <summary>The last line of a task that monitor has watched to its end.</summary>
    public static string EndRow(TaskView task) => Row(task) + " EXITED";

    /// <summary>How much is done, with two digits before and after the point; 100 only when all is.</summary>
    public static string Percent(TaskView task)
    {
        double shown = task.Percent < 100 ? Math.Min(task.Percent, 99.99) : 100;
        return shown.ToString("00.00", CultureInfo.InvariantCulture) + "%";
    }

    /// <summary>Tasks with the children behind their parent.</summary>
    public static IEnumerable<TaskView> InHierarchy(IReadOnlyList<TaskView> tasks)
    {
        HashSet<int> known = [.. tasks.Select(task => task.Id)];
        return tasks.Where(task => task.ParentId is not { } parent || !known.Contains(parent))
            .SelectMany(task => Below(tasks, task));
    }

    private static IEnumerable<TaskView> Below(IReadOnlyList<TaskView> tasks, TaskView task) =>
        tasks.Where(child => child.ParentId == task.Id).SelectMany(child => Below(tasks, child)).Prepend(task);

    private static string Progress(TaskView task) => task.IsParent
        ? $"{task.End}/{task.Current}({task.ActiveChildren})"
        : $"{RecordFacts.Sectors(task.Start)}/{RecordFacts.Sectors(task.End)}/{RecordFacts.Sectors(task.Current)}";

    private static string Operation(TaskView task) =>
        string.Join(' ', new[] { task.Operation, task.Volume, task.Plex, task.Group }.Where(word => word.Length > 0));
}
