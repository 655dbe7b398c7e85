using System.Globalization;
using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxtask;

/// <summary>How operands name tasks: by number, or by the tag that a task and its children carry.</summary>
internal static class TaskNames
{
    /// <summary>Whether the operand means the task.</summary>
    public static bool Is(TaskView task, string name) => Is(task.Id, task.Tag, name);

    /// <summary>Whether the operand means the task of that number and tag.</summary>
    public static bool Is(int id, string tag, string name) =>
        (tag.Length > 0 && string.Equals(tag, name, StringComparison.Ordinal))
        || string.Equals(id.ToString(CultureInfo.InvariantCulture), name, StringComparison.Ordinal);

    /// <summary>No task has that number or tag.</summary>
    public static Refusal NoTask(string name) =>
        new(ErrorCode.NotFound, $"Task {name}: No such task");
}
