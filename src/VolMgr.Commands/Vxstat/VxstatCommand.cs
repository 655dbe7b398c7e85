using System.Globalization;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Vxstat;

/// <summary><c>vxstat</c>: what applications did to started volumes; the first report counts from their start, later
/// ones the interval.</summary>
internal static class VxstatCommand
{
    private const int MostSeconds = 86_400;

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxstat",
        new OptionTable("c:g:i:v", "ad:f:opr:suST:"),
        [new Verb("", "-g diskgroup [-v] [-i seconds] [-c count] [volume...]", "cgiv", RunAsync)]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<int> count = Number(invocation, 'c', invocation.Options.Has('i') ? int.MaxValue : 1);
        Outcome<int> interval = Number(invocation, 'i', 1);
        if ((count.Refusal ?? interval.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        List<string> missing = [.. invocation.Operands.Where(name => group.Value.Current.FindVolume(name) is null)];
        if (missing.Count > 0)
        {
            return await invocation.ForEachAsync(
                missing, name => Task.FromResult<Outcome>(Refusals.NoRecord(name)));
        }

        await invocation.AnswerAsync(StatisticsTable.Header);
        Dictionary<string, VolumeStatistics> before = new(StringComparer.Ordinal);
        for (int printed = 0; printed < count.Value; printed++)
        {
            if (printed > 0 && !await Waiting.PassesAsync(invocation, TimeSpan.FromSeconds(interval.Value)))
            {
                return Waiting.InterruptedCode;
            }

            await invocation.AnswerAsync(Report(invocation, group.Value, before));
        }

        return 0;
    }

    private static List<string> Report(
        Invocation invocation, DiskGroup group, Dictionary<string, VolumeStatistics> before)
    {
        TimeProvider time = invocation.Context.Time;
        List<string> lines = ["", Moment.Of(time.GetUtcNow(), time)];
        foreach (string name in group.Current.Volumes.Values.Select(volume => volume.Name)
            .Where(name => invocation.Operands.Count == 0 || invocation.Operands.Contains(name))
            .Order(StringComparer.Ordinal))
        {
            VolumeStatistics now = group.OpenVolume(name)?.Statistics ?? default;
            lines.Add(StatisticsTable.Row(name, before.GetValueOrDefault(name), now));
            before[name] = now;
        }

        return lines;
    }

    private static Outcome<int> Number(Invocation invocation, char letter, int fallback) =>
        invocation.Options.Value(letter) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number is > 0 and <= MostSeconds
            ? number
            : new Refusal(ErrorCode.Usage, $"-{letter} {text}: Expected a number from 1 to {MostSeconds}");
}
