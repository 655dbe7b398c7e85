using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxtask;

/// <summary><c>vxtask list</c>: the tasks of the host, or those named by number or tag.</summary>
internal static class VxtaskList
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "list", "[-hlpqr] [-g diskgroup] [-v volume] [-i taskid] list [taskid|tag...]", "ghilpqrv", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        HostView host = HostReading.Of(invocation.Context.Host);
        string? groupName = invocation.Options.Value('g');
        GroupView? group = groupName is null ? null : host.FindGroup(groupName);
        if (groupName is not null && group is null)
        {
            return await invocation.RefuseAsync(
                new Refusal(ErrorCode.NoDiskGroup, $"Diskgroup {groupName} not found", "V-5-1-607"));
        }

        List<string> names = [.. invocation.Operands];
        if (invocation.Options.Value('i') is { } id)
        {
            names.Add(id);
        }

        List<string> missing = [.. names.Where(name => !host.Tasks.Any(task => TaskNames.Is(task, name)))];
        List<TaskView> tasks = [.. host.Tasks.Where(task =>
            (names.Count == 0 || names.Any(name => TaskNames.Is(task, name)))
            && (group is null || task.Group == group.Name)
            && (invocation.Options.Value('v') is not { } volume || task.Volume == volume)
            && (!invocation.Options.Has('p') || task.State == 'P')
            && (!invocation.Options.Has('r') || task.State == 'R'))];
        if (missing.Count == 0 || tasks.Count > 0)
        {
            await invocation.AnswerAsync(Lines(invocation, tasks));
        }

        return await invocation.ForEachAsync(
            missing, name => Task.FromResult<Outcome>(TaskNames.NoTask(name)));
    }

    private static IEnumerable<string> Lines(Invocation invocation, List<TaskView> tasks)
    {
        IEnumerable<TaskView> ordered = invocation.Options.Has('h') ? TaskRows.InHierarchy(tasks) : tasks;
        if (invocation.Options.Has('l'))
        {
            return ordered.SelectMany((task, index) => index == 0
                ? TaskLongForm.Of(task, invocation.Context.Time)
                : TaskLongForm.Of(task, invocation.Context.Time).Prepend(""));
        }

        IEnumerable<string> rows = ordered.Select(TaskRows.Row);
        return invocation.Options.Has('q') ? rows : rows.Prepend(TaskRows.Header);
    }
}
