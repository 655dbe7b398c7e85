using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxtask;

/// <summary><c>vxtask pause|resume|abort|set</c>: steers tasks by number or tag.</summary>
internal static class VxtaskControl
{
    /// <summary>The four verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb("pause", "pause taskid|tag...", "", i => RunAsync(i, Pause)),
        new Verb("resume", "resume taskid|tag...", "", i => RunAsync(i, Resume)),
        new Verb("abort", "abort taskid|tag...", "", i => RunAsync(i, Abort)),
        new Verb("set", "set slow=ms taskid|tag...", "", SetAsync),
    ];

    private static Task<int> RunAsync(Invocation invocation, Func<VolumeTask, Refusal?> action) =>
        invocation.Operands.Count == 0
            ? invocation.MisusedAsync("No task given")
            : ForEachAsync(invocation, invocation.Operands, action);

    private static async Task<int> SetAsync(Invocation invocation)
    {
        Outcome<Attributes> attributes = Attributes.Split(invocation.Operands, "slow");
        if (!attributes.IsDone)
        {
            return await invocation.RefuseAsync(attributes.Refusal);
        }

        if (attributes.Value["slow"] is not { } text || attributes.Value.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("Expected slow=ms and a task");
        }

        Outcome<int> ms = CopyWords.ParseSlow(text);
        return ms.IsDone
            ? await ForEachAsync(invocation, attributes.Value.Operands, task =>
            {
                task.SetSlow(ms.Value);
                return null;
            })
            : await invocation.RefuseAsync(ms.Refusal);
    }

    private static Task<int> ForEachAsync(
        Invocation invocation, IEnumerable<string> names, Func<VolumeTask, Refusal?> action) =>
        invocation.ForEachAsync(names, name =>
        {
            List<VolumeTask> tasks = [.. invocation.Context.Host.Tasks.List
                .Where(task => TaskNames.Is(task.Id, task.Tag, name))];
            HashSet<int> chosen = [.. tasks.Select(task => task.Id)];
            Refusal? refusal = tasks.Count == 0 ? TaskNames.NoTask(name) : null;
            // A tag is that of a parent and of its children, and a parent acts on its children itself.
            foreach (VolumeTask task in tasks.Where(task => task.ParentId is not { } id || !chosen.Contains(id)))
            {
                refusal = action(task) ?? refusal;
            }

            return Task.FromResult(refusal is null ? Outcome.Done : refusal);
        });

    private static Refusal? Pause(VolumeTask task) => task.Pause() ? null : NotNow(task, "paused");

    private static Refusal? Resume(VolumeTask task) => task.Resume() ? null : NotNow(task, "resumed");

    private static Refusal? Abort(VolumeTask task) => task.Abort() ? null : NotNow(task, "aborted");

    private static Refusal NotNow(VolumeTask task, string what) => new(
        ErrorCode.InvalidState,
        $"Task {task.Id}: Cannot be {what} while it is {task.State.ToString().ToLowerInvariant()}");
}
