using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Migration;

/// <summary>
/// Where migrations of a host are started, asked for and ended; keeps one run for each group. Thread-safe.
/// </summary>
public sealed class MigrationDesk(VolumeHost host, IMigrationArchive archive)
{
    private readonly Lock guard = new();
    private readonly Dictionary<string, MigrationRun> runs = new(StringComparer.Ordinal);

    /// <summary>Plans without changing anything.</summary>
    public Outcome<MigrationPlan> Plan(MigrationRequest request) => MigrationPlanner.Make(host, request, archive);

    /// <summary>Starts a migration; refused while another one of the group is not finished.</summary>
    public Outcome<MigrationRun> Start(MigrationRequest request)
    {
        lock (guard)
        {
            if (Read(request.DiskGroup) is { } unfinished && !IsOver(unfinished.State))
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"A migration of disk group {request.DiskGroup} is {unfinished.State}: "
                    + "use `volmgr migrate status`, `resume`, `finish` or `abort`");
            }

            Outcome<MigrationPlan> planned = Plan(request);
            if (!planned.IsDone)
            {
                return planned.Refusal;
            }

            MigrationPlan plan = planned.Value;
            if (plan.HostBytesNeeded > plan.HostBytesFree)
            {
                return new Refusal(
                    ErrorCode.NoSpace,
                    $"The host's file system has {plan.HostBytesFree >> 20} MiB free and the copies may need "
                    + $"{plan.HostBytesNeeded >> 20} MiB: free space where the lab is");
            }

            if (!request.AcceptsRisks && plan.Risks.FirstOrDefault(each => each.IsNoGo) is { } risk)
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"{risk.Subject}: {risk.Fact}; repair that, or start with --accept-risks (`--dry-run` lists all)");
            }

            MigrationJournal journal = new()
            {
                Request = request,
                State = MigrationState.Planned,
                Started = host.Engine.Time.GetUtcNow(),
                AddedDisks = [.. plan.Targets.Where(disk => disk.NeedsAdding).Select(disk => disk.Media)],
                LeavingDisks = plan.LeavingDisks,
            };
            return Run(journal, plan, isAborting: false);
        }
    }

    /// <summary>
    /// Goes on with a migration that a crash interrupted or that failed, or finishes one that waits in Mirrored. As at
    /// its start a disk with too few paths is a no-go unless accepted; not so once old plexes go, which has to end.
    /// </summary>
    public Outcome<MigrationRun> Resume(string group, bool finishes, bool acceptsRisks = false)
    {
        lock (guard)
        {
            if (Read(group) is not { } journal)
            {
                return NothingToResume(group);
            }

            if (Running(group) is { } run)
            {
                if (finishes && journal.Request.UntilMirrored)
                {
                    return new Refusal(
                        ErrorCode.InvalidState,
                        $"The migration of {group} still runs ({journal.State}): `volmgr migrate wait`, then finish");
                }

                run.Resume();
                return run;
            }

            if (IsOver(journal.State))
            {
                return NothingToResume(group);
            }

            if (journal.State == MigrationState.Mirrored && !finishes)
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"The migration of {group} waits with both sides complete: `volmgr migrate finish` or `abort`");
            }

            MigrationRequest request = journal.Request;
            journal = journal with
            {
                Request = request with
                {
                    UntilMirrored = request.UntilMirrored && !finishes,
                    AcceptsRisks = request.AcceptsRisks || acceptsRisks,
                },
            };
            return AgainstGoingOn(journal) is { } refusal ? refusal : Run(journal, null, isAborting: false);
        }
    }

    /// <summary>
    /// Backs a migration out: copies stop, new plexes, temporary logs and added disks go. Refused once old plexes go.
    /// </summary>
    public async Task<Outcome> AbortAsync(string group)
    {
        Outcome<MigrationRun> resumed;
        lock (guard)
        {
            if (Read(group) is not { } journal || IsOver(journal.State))
            {
                return NothingToResume(group);
            }

            if (journal.IsPastReturn)
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"The migration of {group} already removes the old side; `volmgr migrate resume` ends it, "
                    + "then migrate back");
            }

            resumed = Running(group) is { } run ? run : Run(journal, null, isAborting: true);
        }

        if (!resumed.IsDone)
        {
            return resumed.Refusal;
        }

        resumed.Value.Abort();
        await resumed.Value.Completion;
        return resumed.Value.Journal.State == MigrationState.Aborted
            ? Outcome.Done
            : new Refusal(
                ErrorCode.InvalidState,
                resumed.Value.Journal.State == MigrationState.Failed
                    ? $"The migration of {group} could not be backed out: {resumed.Value.Journal.Failure}"
                    : $"The migration of {group} ended as {resumed.Value.Journal.State} before it could be aborted");
    }

    /// <summary>The run of a group that is going on now, or null.</summary>
    public MigrationRun? Running(string group)
    {
        lock (guard)
        {
            return runs.TryGetValue(group, out MigrationRun? run) && !run.Completion.IsCompleted ? run : null;
        }
    }

    /// <summary>What is written down of the newest migration of a group, or null.</summary>
    public MigrationJournal? Read(string group)
    {
        if (Running(group) is { } run)
        {
            return run.Journal;
        }

        string? text = archive.Read(group);
        return text is null ? null : MigrationJournal.Parse(text);
    }

    /// <summary>Whether a state is final.</summary>
    public static bool IsOver(MigrationState state) => state is MigrationState.Done or MigrationState.Aborted;

    private Refusal? AgainstGoingOn(MigrationJournal journal)
    {
        if (journal.Request.AcceptsRisks || journal.IsPastReturn)
        {
            return null;
        }

        Outcome<MigrationScope> scope = MigrationScope.Of(host, journal.Request);
        return scope.IsDone && RiskReport.AgainstGoingOn(host, scope.Value, journal).FirstOrDefault() is { } risk
            ? new Refusal(
                ErrorCode.InvalidState,
                $"{risk.Subject}: {risk.Fact}; repair that, or go on with --accept-risks")
            : null;
    }

    private static Refusal NothingToResume(string group) =>
        new(
            ErrorCode.NotFound,
            $"Disk group {group} has no unfinished migration; start one with `volmgr migrate --group {group}`");

    private Outcome<MigrationRun> Run(MigrationJournal journal, MigrationPlan? plan, bool isAborting)
    {
        Outcome<MigrationScope> scope = MigrationScope.Of(host, journal.Request);
        if (!scope.IsDone)
        {
            return scope.Refusal;
        }

        MigrationLog log = new(journal, archive, host.Engine);
        MigrationRun run = new(host, scope.Value, log);
        runs[journal.Request.DiskGroup] = run;
        log.Change(now => now); // whoever asks about the migration from now on finds it
        run.Start(plan, isAborting);
        return run;
    }
}
