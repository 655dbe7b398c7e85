using System.Globalization;
using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Vxstat;

/// <summary><c>vxstat</c>: what applications did to started volumes, and what reached the disks; the first report
/// counts from their start, later ones the interval.</summary>
internal static class VxstatCommand
{
    private const int MostSeconds = 86_400;

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxstat",
        new OptionTable("c:dg:i:o:v", "af:prsuST:"),
        [
            new Verb("", "-g diskgroup|-o alldgs [-dv] [-i seconds] [-c count] [volume|disk...]", "cdgiov", RunAsync)
            {
                UseOptions = ["alldgs"],
            },
        ]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<IReadOnlyList<DiskGroup>> groups = Groups(invocation);
        Outcome<int> count = Number(invocation, 'c', invocation.Options.Has('i') ? int.MaxValue : 1);
        Outcome<int> interval = Number(invocation, 'i', 1);
        if ((count.Refusal ?? interval.Refusal ?? groups.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (invocation.Options.Has('d') && !invocation.Context.Host.Devices.Dmp.IsGatheringStatistics)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.InvalidState, "-d: I/O of devices is not counted; vxdmpadm iostat start begins to count"));
        }

        HashSet<string> known =
            [.. groups.Value.SelectMany(group => Counted(invocation, group)).Select(each => each.Name)];
        List<string> missing = [.. invocation.Operands.Where(name => !known.Contains(name))];
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

            await invocation.AnswerAsync(Report(invocation, groups.Value, before));
        }

        return 0;
    }

    private static List<string> Report(
        Invocation invocation, IReadOnlyList<DiskGroup> groups, Dictionary<string, VolumeStatistics> before)
    {
        TimeProvider time = invocation.Context.Time;
        List<string> lines = ["", Moment.Of(time.GetUtcNow(), time)];
        foreach (DiskGroup group in groups)
        {
            lines.AddRange(invocation.UseOptions.ContainsKey("alldgs") ? [$"DG {group.Name}"] : Array.Empty<string>());
            foreach ((string type, string name, VolumeStatistics now) in Counted(invocation, group)
                .Where(each => invocation.Operands.Count == 0 || invocation.Operands.Contains(each.Name)))
            {
                string key = $"{group.GroupId} {type} {name}";
                lines.Add(StatisticsTable.Row(type, name, before.GetValueOrDefault(key), now));
                before[key] = now;
            }
        }

        return lines;
    }

    /// <summary>The group that is asked for, or all of them by name.</summary>
    private static Outcome<IReadOnlyList<DiskGroup>> Groups(Invocation invocation)
    {
        if (!invocation.UseOptions.ContainsKey("alldgs"))
        {
            Outcome<DiskGroup> one = invocation.Group();
            return one.IsDone ? new List<DiskGroup> { one.Value } : one.Refusal;
        }

        return invocation.Options.Has('g')
            ? new Refusal(ErrorCode.Usage, "-g and -o alldgs: Expected one of them")
            : invocation.Context.Host.Groups.OrderBy(group => group.Name, StringComparer.Ordinal).ToList();
    }

    /// <summary>What there is to count: volumes, unless only disks are asked for, then disks.</summary>
    private static IEnumerable<(string Type, string Name, VolumeStatistics Now)> Counted(
        Invocation invocation, DiskGroup group)
    {
        bool hasDisks = invocation.Options.Has('d');
        IEnumerable<(string, string, VolumeStatistics)> volumes = hasDisks && !invocation.Options.Has('v')
            ? []
            : group.Current.Volumes.Values.Select(volume => volume.Name).Order(StringComparer.Ordinal)
                .Select(name => ("vol", name, group.OpenVolume(name)?.Statistics ?? default));
        IEnumerable<(string, string, VolumeStatistics)> disks = !hasDisks
            ? []
            : invocation.Context.Host.Disks
                .Where(disk => disk.IsImported && disk.GroupId == group.GroupId && disk.DiskMediaName.Length > 0)
                .OrderBy(disk => disk.DiskMediaName, StringComparer.Ordinal)
                .Select(disk => ("dm", disk.DiskMediaName, Of(disk.Node.Counts)));
        return volumes.Concat(disks);
    }

    private static VolumeStatistics Of(IoCounts counts) => new(
        new DirectionStatistics(counts.Reads, counts.ReadBytes, counts.ReadTime, 0),
        new DirectionStatistics(counts.Writes, counts.WrittenBytes, counts.WriteTime, 0),
        default);

    private static Outcome<int> Number(Invocation invocation, char letter, int fallback) =>
        invocation.Options.Value(letter) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number is > 0 and <= MostSeconds
            ? number
            : new Refusal(ErrorCode.Usage, $"-{letter} {text}: Expected a number from 1 to {MostSeconds}");
}
