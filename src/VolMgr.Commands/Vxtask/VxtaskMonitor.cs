using System.Globalization;
using VolMgr.Blocks;
using VolMgr.Commands.Views;
using VolMgr.Volumes;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxtask;

/// <summary>
/// <c>vxtask monitor</c>: prints tasks again and again until they have ended; the last line of each says EXITED.
/// Without operands it watches whatever runs until nothing does.
/// </summary>
internal static class VxtaskMonitor
{
    private const int DefaultIntervalSeconds = 5;
    private const int MostSeconds = 86_400;

    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "monitor", "[-l] [-c count] [-t seconds] [-w interval] monitor [taskid|tag...]", "cltw", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<int> count = Number(invocation, 'c', int.MaxValue);
        Outcome<int> seconds = Number(invocation, 't', MostSeconds);
        Outcome<int> interval = Number(invocation, 'w', DefaultIntervalSeconds);
        if ((count.Refusal ?? seconds.Refusal ?? interval.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        TaskTable table = invocation.Context.Host.Tasks;
        List<string> missing = [.. invocation.Operands
            .Where(name => !table.List.Any(task => TaskNames.Is(task.Id, task.Tag, name)))];
        if (missing.Count > 0)
        {
            return await invocation.ForEachAsync(
                missing, name => Task.FromResult<Outcome>(TaskNames.NoTask(name)));
        }

        if (!invocation.Options.Has('l'))
        {
            await invocation.AnswerAsync([TaskRows.Header]);
        }

        return await WatchAsync(invocation, table, count.Value, seconds.Value, interval.Value);
    }

    private static async Task<int> WatchAsync(
        Invocation invocation, TaskTable table, int count, int seconds, int interval)
    {
        TimeProvider time = invocation.Context.Time;
        long began = time.GetTimestamp();
        Dictionary<int, VolumeTask> watched = [];
        for (int printed = 0; printed < count && time.GetElapsedTime(began).TotalSeconds < seconds; printed++)
        {
            long version = table.Version;
            foreach (VolumeTask task in table.List.Where(task => invocation.Operands.Count == 0
                || invocation.Operands.Any(name => TaskNames.Is(task.Id, task.Tag, name))))
            {
                watched[task.Id] = task;
            }

            IReadOnlyList<VolumeTask> all = table.List;
            foreach (VolumeTask task in watched.Values.OrderBy(task => task.Id).ToList())
            {
                await PrintAsync(invocation, TaskReading.Of(task, all), task.IsEnded);
                if (task.IsEnded)
                {
                    watched.Remove(task.Id);
                }
            }

            if (watched.Count == 0)
            {
                return 0;
            }

            Task change = table.WaitForChangeAsync(version);
            using CancellationTokenSource over = new();
            Task pause = invocation.Context.Host.Engine.DelayAsync(TimeSpan.FromSeconds(interval), over.Token);
            bool goesOn = await Waiting.CompletesAsync(
                Together.AnyAsync(change, pause), invocation.Context.Interrupted);
            Stop(over);
            if (!goesOn)
            {
                return Waiting.InterruptedCode;
            }
        }

        return 0;
    }

    private static void Stop(CancellationTokenSource waiting) => waiting.Cancel();

    private static Task<int> PrintAsync(Invocation invocation, TaskView task, bool isEnded) => invocation.AnswerAsync(
        invocation.Options.Has('l') ? [.. TaskLongForm.Of(task, invocation.Context.Time), ""]
        : [isEnded ? TaskRows.EndRow(task) : TaskRows.Row(task)]);

    private static Outcome<int> Number(Invocation invocation, char letter, int fallback)
    {
        if (invocation.Options.Value(letter) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number is > 0 and <= MostSeconds
            ? number
            : new Refusal(ErrorCode.Usage, $"-{letter} {text}: Expected a number from 1 to {MostSeconds}");
    }
}
