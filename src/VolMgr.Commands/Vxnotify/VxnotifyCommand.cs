using System.Globalization;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxnotify;

/// <summary>
/// <c>vxnotify</c>: tells what happens to the groups until it is interrupted, or (<c>-w</c>) until nothing has happened
/// for so many seconds.
/// </summary>
internal static class VxnotifyCommand
{
    private const int MostSeconds = 86_400;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxnotify",
        new OptionTable("g:w:", "aAbcCdefhHijlLmn:NoprstvxX"),
        [new Verb("", "[-g diskgroup] [-w seconds]", "gw", RunAsync)]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count > 0)
        {
            return await invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected");
        }

        string? name = invocation.Options.Value('g');
        if (name is not null && invocation.Context.Host.FindGroup(name) is null)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.NoDiskGroup, $"Disk group {name}: No such disk group", "V-5-1-582"));
        }

        Outcome<int> wait = Wait(invocation);
        if (!wait.IsDone)
        {
            return await invocation.RefuseAsync(wait.Refusal);
        }

        await invocation.AnswerAsync(["connected"]);
        return await WatchAsync(invocation, name, TimeSpan.FromSeconds(wait.Value));
    }

    private static async Task<int> WatchAsync(Invocation invocation, string? name, TimeSpan patience)
    {
        TimeProvider time = invocation.Context.Host.Engine.Time;
        IReadOnlyList<GroupView> before = Groups(invocation, name);
        long quietSince = time.GetTimestamp();
        while (time.GetElapsedTime(quietSince) < patience)
        {
            if (!await Waiting.PassesAsync(invocation, Step))
            {
                return Waiting.InterruptedCode;
            }

            IReadOnlyList<GroupView> now = Groups(invocation, name);
            List<string> lines = [.. ConfigurationEvents.Between(before, now)];
            await invocation.AnswerAsync(lines);
            quietSince = lines.Count > 0 ? time.GetTimestamp() : quietSince;
            before = now;
        }

        return 0;
    }

    private static List<GroupView> Groups(Invocation invocation, string? name) =>
        [.. HostReading.Of(invocation.Context.Host).Groups.Where(group => name is null || group.Name == name)];

    private static Outcome<int> Wait(Invocation invocation) =>
        invocation.Options.Value('w') is not { } text ? int.MaxValue / 1000
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            && seconds is > 0 and <= MostSeconds
            ? seconds
            : new Refusal(ErrorCode.Usage, $"-w {text}: Expected a number from 1 to {MostSeconds}");
}
