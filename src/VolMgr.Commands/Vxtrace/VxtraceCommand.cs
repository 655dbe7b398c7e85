using System.Globalization;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Vxtrace;

/// <summary><c>vxtrace</c>: every I/O of started volumes, and what of it goes to which disk.</summary>
internal static class VxtraceCommand
{
    private const int MostSeconds = 86_400;

    private static readonly TimeSpan poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxtrace",
        new OptionTable("g:lo:t:", "ab:Bc:d:De:Ef:k:np:su:v:w:x"),
        [
            new Verb("", "[-g diskgroup] [-l] [-o dev|disk] [-t seconds] [volume...]", "glot", RunAsync)
            {
                UseOptions = ["dev", "disk"],
            },
        ]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<TimeSpan?> limit = Limit(invocation.Options.Value('t'));
        Outcome<DiskGroup> group = invocation.Group();
        if ((limit.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        Outcome<IReadOnlyList<VolumeDevice>> volumes = Volumes(invocation, group.Value);
        if (!volumes.IsDone)
        {
            return await invocation.RefuseAsync(volumes.Refusal);
        }

        GroupNames names = new(group.Value);
        IoTrace trace = new(invocation.Context.Time, names.Of);
        List<IDisposable> attached = [];
        try
        {
            foreach (VolumeDevice volume in volumes.Value)
            {
                if (volume.TryTrace(trace) is not { } tracing)
                {
                    return await invocation.RefuseAsync(new Refusal(
                        ErrorCode.InUse, $"Volume {volume.Name} is traced already; end that vxtrace first"));
                }

                attached.Add(tracing);
            }

            return await TellAsync(invocation, trace, limit.Value);
        }
        finally
        {
            attached.ForEach(tracing => tracing.Dispose());
        }
    }

    /// <summary>Prints what comes until the time is over or the user interrupts.</summary>
    private static async Task<int> TellAsync(Invocation invocation, IoTrace trace, TimeSpan? limit)
    {
        long began = invocation.Context.Time.GetTimestamp();
        bool goesOn = true;
        bool isOver = false;
        while (goesOn && !isOver)
        {
            TimeSpan left = (limit ?? TimeSpan.MaxValue) - invocation.Context.Time.GetElapsedTime(began);
            isOver = left <= poll;
            goesOn = await Waiting.PassesAsync(invocation, isOver && left > TimeSpan.Zero ? left : poll);
            await invocation.AnswerAsync(Lines(invocation, trace));
        }

        if (trace.Dropped > 0)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.InputOutput, $"{trace.Dropped} notes were lost; name fewer volumes"));
        }

        return goesOn ? 0 : Waiting.InterruptedCode;
    }

    private static List<string> Lines(Invocation invocation, IoTrace trace)
    {
        bool hasVolumes = invocation.UseOptions.Count == 0 || invocation.UseOptions.ContainsKey("dev");
        bool hasDisks = invocation.UseOptions.Count == 0 || invocation.UseOptions.ContainsKey("disk");
        List<string> lines = [];
        // what comes while this prints is for the next time
        for (int taken = 0; taken < IoTrace.Capacity && trace.TryTake(out TracedIo note); taken++)
        {
            if (note.Plex.Length == 0 ? hasVolumes : hasDisks)
            {
                lines.Add(TraceLine.Of(note, invocation.Options.Has('l')));
            }
        }

        return lines;
    }

    private static Outcome<IReadOnlyList<VolumeDevice>> Volumes(Invocation invocation, DiskGroup group)
    {
        List<VolumeDevice> found = [];
        IEnumerable<string> names = invocation.Operands.Count > 0
            ? invocation.Operands.Distinct(StringComparer.Ordinal)
            : group.Current.Volumes.Values.Select(volume => volume.Name)
                .Where(name => group.OpenVolume(name) is not null).Order(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (group.OpenVolume(name) is not { } volume)
            {
                return group.Current.FindVolume(name) is null
                    ? Refusals.NoRecord(name)
                    : new Refusal(ErrorCode.InvalidState, $"Volume {name} is not started");
            }

            found.Add(volume);
        }

        return found.Count > 0
            ? found
            : new Refusal(ErrorCode.InvalidState, $"Disk group {group.Name} has no started volume");
    }

    private static Outcome<TimeSpan?> Limit(string? text) =>
        text is null ? (TimeSpan?)null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            && seconds is > 0 and <= MostSeconds
            ? TimeSpan.FromSeconds(seconds)
            : new Refusal(ErrorCode.Usage, $"-t {text}: Expected a number from 1 to {MostSeconds}");
}
