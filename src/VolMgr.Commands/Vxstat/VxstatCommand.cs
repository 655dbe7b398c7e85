using System.Globalization;
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
        new OptionTable("c:dg:i:o:prsv", "af:uST:"),
        [
            new Verb(
                "", "-g diskgroup|-o alldgs [-dpsv] [-r] [-i seconds] [-c count] [object...]", "cdgioprsv", RunAsync)
            {
                UseOptions = ["alldgs"],
            },
        ])
    {
        Remedies = RefusalRemedies.Vxstat,
    };

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

        if (invocation.Options.Has('r'))
        {
            return await ResetAsync(invocation, groups.Value);
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
            foreach ((string type, string name, TalliedIo io) in Counted(invocation, group)
                .Where(each => invocation.Operands.Count == 0 || invocation.Operands.Contains(each.Name)))
            {
                string key = $"{group.GroupId} {type} {name}";
                lines.Add(StatisticsTable.Row(type, name, before.GetValueOrDefault(key, io.Baseline), io.Now));
                before[key] = io.Now;
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

    /// <summary>Counts volumes, plexes and subdisks from zero on: all of the group, or those of the volumes that are
    /// named.</summary>
    private static async Task<int> ResetAsync(Invocation invocation, IReadOnlyList<DiskGroup> groups)
    {
        if (invocation.Options.Has('d') || invocation.Options.Has('i') || invocation.Options.Has('c'))
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.Usage, "-r: Expected neither -d, -i nor -c; vxdmpadm iostat reset is for disks"));
        }

        List<string> missing = [.. invocation.Operands.Where(name =>
            !groups.Any(group => group.Current.FindVolume(name) is not null))];
        if (missing.Count > 0)
        {
            return await invocation.ForEachAsync(
                missing, name => Task.FromResult<Outcome>(Refusals.NoRecord(name)));
        }

        foreach (DiskGroup group in groups)
        {
            foreach (string name in group.Current.Volumes.Values.Select(volume => volume.Name)
                .Where(name => invocation.Operands.Count == 0 || invocation.Operands.Contains(name)))
            {
                group.OpenVolume(name)?.ResetStatistics();
            }
        }

        return 0;
    }

    /// <summary>What there is to count: volumes, plexes, subdisks, disks; volumes where nothing is asked for.</summary>
    private static List<(string Type, string Name, TalliedIo Io)> Counted(
        Invocation invocation, DiskGroup group)
    {
        bool hasVolumes = invocation.Options.Has('v')
            || !(invocation.Options.Has('p') || invocation.Options.Has('s') || invocation.Options.Has('d'));
        List<(string, string, TalliedIo)> counted = [];
        counted.AddRange(hasVolumes ? StatisticsReading.OfVolumes(group) : []);
        counted.AddRange(invocation.Options.Has('p') ? StatisticsReading.OfPlexes(group) : []);
        counted.AddRange(invocation.Options.Has('s') ? StatisticsReading.OfSubdisks(group) : []);
        counted.AddRange(
            invocation.Options.Has('d') ? StatisticsReading.OfDisks(invocation.Context.Host, group) : []);
        return counted;
    }

    private static Outcome<int> Number(Invocation invocation, char letter, int fallback) =>
        invocation.Options.Value(letter) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number is > 0 and <= MostSeconds
            ? number
            : new Refusal(ErrorCode.Usage, $"-{letter} {text}: Expected a number from 1 to {MostSeconds}");
}
