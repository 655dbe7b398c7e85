using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm iostat</c>: counts and times of I/O, by path.</summary>
internal static class VxdmpadmIostat
{
    private const int Sector = 512;

    /// <summary>Bytes of the counters of a path.</summary>
    private const int CounterSize = 7 * sizeof(long);

    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "iostat", "iostat {start | stop | reset | show {all | pathname=path | dmpnodename=node | ctlr=controller | " +
        "enclosure=name} [interval=seconds [count=n]]}", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        DmpControl control = invocation.Context.Host.Devices.Dmp;
        switch (invocation.Operands)
        {
            case ["start"]:
                control.ResetStatistics();
                control.GatherStatistics(isOn: true);
                return 0;
            case ["stop"]:
                control.GatherStatistics(isOn: false);
                return 0;
            case ["reset"]:
                control.ResetStatistics();
                return 0;
            case ["show", ..]:
                return await ShowAsync(invocation);
            case [("start" or "stop" or "reset") and var word, var rest, ..]:
                return await invocation.MisusedAsync(
                    $"{rest}: iostat {word} takes no operand; interval= and count= belong to show");
            default:
                return await invocation.MisusedAsync("Expected start, stop, reset or show");
        }
    }

    private static async Task<int> ShowAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(
            invocation.Operands.Skip(1), "pathname", "dmpnodename", "ctlr", "enclosure", "interval", "count");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes attributes = split.Value;
        double interval = 0;
        int count = 1;
        if (attributes.Operands is not ([] or ["all"])
            || (attributes["interval"] is { } seconds && !(double.TryParse(seconds, out interval) && interval > 0))
            || (attributes["count"] is { } times && !(int.TryParse(times, out count) && count > 0 && interval > 0)))
        {
            return await invocation.MisusedAsync(
                "Expected what to show, interval= (seconds, above zero) and with it count= (a number above zero)");
        }

        if (!invocation.Context.Host.Devices.Dmp.IsGatheringStatistics)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.InvalidState, "iostat: Statistics are not gathered; start with vxdmpadm iostat start"));
        }

        int rounds = attributes["interval"] is not null && attributes["count"] is null ? int.MaxValue : count;
        for (int round = 0; round < rounds && !invocation.Context.Interrupted.IsCancellationRequested; round++)
        {
            if (round > 0 && !await WaitAsync(invocation, interval))
            {
                break;
            }

            int code = await TableAsync(invocation, attributes);
            if (code != 0)
            {
                return code;
            }
        }

        return 0;
    }

    private static async Task<bool> WaitAsync(Invocation invocation, double seconds)
    {
        try
        {
            await invocation.Context.Host.Engine.DelayAsync(
                TimeSpan.FromSeconds(seconds), invocation.Context.Interrupted);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<int> TableAsync(Invocation invocation, Attributes attributes)
    {
        List<DevicePath> paths =
        [
            .. from node in invocation.Context.Host.Devices.Nodes
               where attributes["dmpnodename"] is not { } name || node.Name == name
               where attributes["enclosure"] is not { } enclosure || node.Enclosure.Name == enclosure
               from path in node.Paths
               where attributes["pathname"] is not { } wanted || path.Name == wanted
               where attributes["ctlr"] is not { } controller || path.Controller == controller
               orderby path.Name.Length, path.Name
               select path,
        ];
        if (paths.Count == 0)
        {
            return await invocation.RefuseAsync(
                new Refusal(ErrorCode.NotFound, $"{invocation.Operands[^1]}: No such path"));
        }

        return await invocation.AnswerAsync(
        [
            $"                       cpu usage = 0us    per cpu memory = {paths.Count * CounterSize}b",
            "                                   OPERATIONS            BLOCKS          AVG TIME(ms)",
            "PATHNAME             READS    WRITES     READS    WRITES     READS    WRITES",
            .. paths.Select(path => Row(path.Name, path.Counts)),
        ]);
    }

    private static string Row(string name, IoCounts counts) =>
        $"{name,-16}{counts.Reads,10}{counts.Writes,10}{counts.ReadBytes / Sector,10}{counts.WrittenBytes / Sector,10}"
        + $"{Average(counts.ReadTime, counts.Reads),10:F2}{Average(counts.WriteTime, counts.Writes),10:F2}";

    private static double Average(TimeSpan time, long count) => count == 0 ? 0 : time.TotalMilliseconds / count;
}
