using System.CommandLine;
using System.Runtime.CompilerServices;
using VolMgr.Arrays;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Verbs;
using VolMgr.Migration;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Migrate;

/// <summary><c>volmgr migrate</c>: plans, starts, follows, pauses, resumes, aborts and finishes migrations.</summary>
internal sealed class MigrateVerb : IOwnerVerb
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);
    private readonly ConditionalWeakTable<VolumeHost, MigrationDesk> desks = [];

    public string Name => "migrate";

    public Command Define() => MigrateOptions.Define();

    public async Task<int> RunAsync(OwnerVerbContext context)
    {
        VolumeHost host = await context.BootHostAsync();
        MigrationDesk desk = DeskOf(host, context);
        Outcome<string> chosen = ChooseGroup(context, desk);
        if (!chosen.IsDone)
        {
            return await RefuseAsync(context, chosen.Refusal);
        }

        string group = chosen.Value;
        return context.Parsed.CommandResult.Command.Name switch
        {
            "status" => await StatusAsync(context, desk, group),
            "pause" => await PauseAsync(context, desk, group),
            "resume" or "finish" => await FollowAsync(context, desk.Resume(
                group, context.Parsed.CommandResult.Command.Name == "finish",
                context.Parsed.GetValue<bool>(MigrateOptions.AcceptRisks))),
            "abort" => await AbortAsync(context, desk, group),
            "wait" => await WaitAsync(context, desk, group),
            _ when context.Parsed.GetValue<bool>(MigrateOptions.DryRun) => await DryRunAsync(context, desk),
            _ => await FollowAsync(context, desk.Start(MigrateOptions.Read(context.Parsed))),
        };
    }

    /// <summary>The group that is named, else the only one whose migration is not over, else the only one that had
    /// one.</summary>
    private static Outcome<string> ChooseGroup(OwnerVerbContext context, MigrationDesk desk)
    {
        if (context.Parsed.GetValue<string>(MigrateOptions.Group) is { } named)
        {
            return named;
        }

        IReadOnlyList<string> known = LabMigrationArchive.Groups(context.Lab, context.HostName);
        IReadOnlyList<string> unfinished =
            [.. known.Where(group => desk.Read(group) is { } journal && !MigrationDesk.IsOver(journal.State))];
        IReadOnlyList<string> candidates = unfinished.Count > 0 ? unfinished : known;
        return candidates switch
        {
            [var only] => only,
            [] => new Refusal(
                ErrorCode.NotFound,
                "There is no migration; start one with `volmgr migrate --group GROUP --to ENCLOSURE`"),
            _ => new Refusal(
                ErrorCode.Usage, $"Name one with --group: {string.Join(", ", candidates)} have migrations"),
        };
    }

    private static async Task<int> DryRunAsync(OwnerVerbContext context, MigrationDesk desk)
    {
        Outcome<MigrationPlan> plan = desk.Plan(MigrateOptions.Read(context.Parsed));
        if (!plan.IsDone)
        {
            return await RefuseAsync(context, plan.Refusal);
        }

        string text = context.Parsed.GetValue<bool>(MigrateOptions.Json)
            ? plan.Value.ToJson() + "\n"
            : MigrateText.Of(plan.Value);
        await context.Out.WriteAsync(text);
        return ExitCodes.Done;
    }

    private static async Task<int> FollowAsync(OwnerVerbContext context, Outcome<MigrationRun> started)
    {
        if (!started.IsDone)
        {
            return await RefuseAsync(context, started.Refusal);
        }

        MigrationRun run = started.Value;
        if (context.Parsed.GetValue<bool>(MigrateOptions.Background))
        {
            return ExitCodes.Done;
        }

        bool isJson = context.Parsed.GetValue<bool>(MigrateOptions.Json);
        int told = 0;
        while (!run.Completion.IsCompleted && !context.Interrupted.IsCancellationRequested)
        {
            await Task.WhenAny(
                run.Completion, Task.Delay(ProgressInterval, context.Engine.Time, CancellationToken.None));
            if (!isJson)
            {
                told = await TellStepsAsync(context, run, told);
            }
        }

        return context.Interrupted.IsCancellationRequested && !run.Completion.IsCompleted
            ? await InterruptedAsync(context)
            : await AnswerAsync(context, run.Journal, run);
    }

    private static async Task<int> TellStepsAsync(OwnerVerbContext context, MigrationRun run, int told)
    {
        MigrationJournal journal = run.Journal;
        foreach (JournalStep step in journal.Steps.Skip(told))
        {
            await context.Error.WriteLineAsync($"{step.Seconds,8:F2} s  {step.What}");
        }

        foreach ((string plex, double share) in run.Copies)
        {
            await context.Error.WriteLineAsync($"          {plex}: {share:P0}");
        }

        return journal.Steps.Count;
    }

    private static async Task<int> InterruptedAsync(OwnerVerbContext context)
    {
        await context.Error.WriteLineAsync(
            "Interrupted; the migration goes on in the background: `volmgr migrate status`, `pause` or `abort`");
        return ExitCodes.Interrupted;
    }

    private static async Task<int> StatusAsync(OwnerVerbContext context, MigrationDesk desk, string group)
    {
        MigrationJournal? journal = desk.Read(group);
        if (journal is null)
        {
            return await RefuseAsync(context, new Refusal(
                ErrorCode.NotFound, $"Disk group {group} has no migration; start one with `volmgr migrate`"));
        }

        await WriteStatusAsync(context, journal, desk.Running(group));
        return ExitCodes.Done;
    }

    private static async Task<int> PauseAsync(OwnerVerbContext context, MigrationDesk desk, string group)
    {
        if (desk.Running(group) is not { } run)
        {
            return await RefuseAsync(context, new Refusal(
                ErrorCode.NotFound, $"No migration of disk group {group} is running; see `volmgr migrate status`"));
        }

        run.Pause();
        return ExitCodes.Done;
    }

    private static async Task<int> AbortAsync(OwnerVerbContext context, MigrationDesk desk, string group)
    {
        Outcome aborted = await desk.AbortAsync(group);
        return aborted.IsDone ? ExitCodes.Done : await RefuseAsync(context, aborted.Refusal);
    }

    private static async Task<int> WaitAsync(OwnerVerbContext context, MigrationDesk desk, string group)
    {
        if (desk.Running(group) is { } run)
        {
            Task interrupted = Task.Delay(Timeout.Infinite, context.Interrupted);
            await Task.WhenAny(run.Completion, interrupted);
            if (!run.Completion.IsCompleted)
            {
                return await InterruptedAsync(context);
            }
        }

        return desk.Read(group) is { } journal
            ? await AnswerAsync(context, journal, null)
            : await StatusAsync(context, desk, group);
    }

    private static async Task<int> AnswerAsync(OwnerVerbContext context, MigrationJournal journal, MigrationRun? run)
    {
        await WriteStatusAsync(context, journal, run);
        if (journal.State is MigrationState.Failed)
        {
            await context.Error.WriteLineAsync($"volmgr migrate: {journal.Failure}");
        }

        return journal.State is MigrationState.Done or MigrationState.Mirrored ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    private static async Task WriteStatusAsync(OwnerVerbContext context, MigrationJournal journal, MigrationRun? run)
    {
        MigrationStatusReply reply = MigrationStatusReply.Of(journal, run);
        await context.Out.WriteAsync(
            context.Parsed.GetValue<bool>(MigrateOptions.Json) ? reply.ToJson() + "\n" : MigrateText.Of(reply));
    }

    private static async Task<int> RefuseAsync(OwnerVerbContext context, Refusal refusal)
    {
        await context.Error.WriteLineAsync($"volmgr migrate: {refusal.Message}");
        return refusal.Code == ErrorCode.Usage ? ExitCodes.WrongUsage : ExitCodes.Refused;
    }

    private MigrationDesk DeskOf(VolumeHost host, OwnerVerbContext context) =>
        desks.GetValue(host, known => new MigrationDesk(
            known,
            new LabMigrationArchive(
                context.Lab, context.HostName, enclosure => LunFilesOf(known, context, enclosure),
                () => context.Hosts.IsUp(known))));

    private static IReadOnlyList<string> LunFilesOf(VolumeHost host, OwnerVerbContext context, string enclosure) =>
        [.. host.Devices.Nodes.Where(node => node.Enclosure.Name == enclosure)
            .Select(node => context.Hosts.Topology.FindLun(node.LunName)).OfType<LunTopology>()
            .Select(lun => LunBacking.FileOf(context.Lab, lun)).OfType<string>()];
}
