using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Migration;

/// <summary>
/// Carries a migration out on one host. Each step asks the disk group what is left to do and does that, so a run can be
/// started again after a crash at any point.
/// </summary>
/// <remarks>
/// Always: an old plex is dissociated only after every new plex of its volume is ACTIVE, and compared unless the
/// request refuses that. Until then <see cref="Abort"/> leaves no trace. One run per group at a time; thread-safe.
/// </remarks>
public sealed class MigrationRun
{
    private const string OperationName = "MIGRATE";
    private static readonly TimeSpan RecoveryPoll = TimeSpan.FromMilliseconds(100);
    private readonly VolumeHost host;
    private readonly MigrationLog log;
    private readonly MigrationScope scope;
    private readonly MigrationCopies copies;
    private readonly CancellationTokenSource stop = new();

    internal MigrationRun(VolumeHost host, MigrationScope scope, MigrationLog log)
    {
        this.host = host;
        this.scope = scope;
        this.log = log;
        copies = new MigrationCopies(host, scope, log);
    }

    /// <summary>What has been written down so far.</summary>
    public MigrationJournal Journal => log.Journal;

    /// <summary>Shares of the running copies, 0 to 1, by plex name.</summary>
    public IReadOnlyDictionary<string, double> Copies => copies.Progress;

    /// <summary>Whether the copies are paused.</summary>
    public bool IsPaused => copies.IsPaused;

    /// <summary>Ends when the run has: done, mirrored, failed or aborted.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    private DiskGroup Group => scope.Group;

    /// <summary>Stops the copies until <see cref="Resume"/>.</summary>
    public void Pause() => copies.Pause();

    /// <summary>Lets paused copies go on.</summary>
    public void Resume() => copies.Resume();

    /// <summary>Asks the run to back out; <see cref="Completion"/> ends when it has.</summary>
    public void Abort()
    {
        stop.Cancel();
        copies.Abort();
    }

    /// <summary>Starts the run; one that is started to abort does nothing but back out.</summary>
    internal void Start(MigrationPlan? plan, bool isAborting) => Completion = host.Engine.StartAsync(
        () => RunAsTaskAsync(() => isAborting ? BackOutAsync() : RunAsync(plan)));

    /// <summary>
    /// A migration is a task of the host: listings show it, and the owner process stays while it runs.
    /// </summary>
    private async Task RunAsTaskAsync(Func<Task> work)
    {
        VolumeTask task = host.Tasks.Start(
            new TaskRequest { Type = "PARENT", Operation = OperationName, GroupName = Group.Name });
        try
        {
            await work();
        }
        finally
        {
            TaskState last = log.Journal.State switch
            {
                MigrationState.Done or MigrationState.Mirrored => TaskState.Completed,
                MigrationState.Aborted => TaskState.Aborted,
                _ => TaskState.Failed,
            };
            task.Finish(last, log.Journal.Failure ?? "");
        }
    }

    private async Task RunAsync(MigrationPlan? plan)
    {
        Outcome outcome = await PrepareAsync(plan);
        if (outcome.IsDone && !stop.IsCancellationRequested)
        {
            outcome = await CopyAsync();
        }

        // Both sides stay, so nothing depends yet on whether they are equal: `finish` compares them.
        bool isHalfway = log.Journal.Request.UntilMirrored;
        if (outcome.IsDone && !isHalfway)
        {
            outcome = await VerifyAsync();
        }

        if (stop.IsCancellationRequested && !log.Journal.IsPastReturn)
        {
            await BackOutAsync();
            return;
        }

        if (outcome.IsDone && isHalfway)
        {
            log.Enter(MigrationState.Mirrored);
            return;
        }

        outcome = outcome.IsDone ? await FinishAsync() : outcome;
        if (!outcome.IsDone)
        {
            log.Fail(outcome.Refusal.Message);
        }
    }

    /// <summary>
    /// Brings the target disks into the group. A run that is taken up again waits until the boot has made the mirrors
    /// equal, and plans anew what is missing.
    /// </summary>
    private async Task<Outcome> PrepareAsync(MigrationPlan? first)
    {
        log.Enter(MigrationState.Preparing);
        if (first is not null)
        {
            return await AddDisksAsync(first);
        }

        while (IsRecovering() && !stop.IsCancellationRequested)
        {
            await host.Engine.DelayAsync(RecoveryPoll, CancellationToken.None);
        }

        if (stop.IsCancellationRequested)
        {
            return Outcome.Done;
        }

        Outcome<MigrationPlan> planned = log.PlanAgain(host);
        if (!planned.IsDone)
        {
            return planned.Refusal;
        }

        await log.ChangeAsync(now => now with
        {
            AddedDisks = [.. now.AddedDisks.Concat(planned.Value.Targets.Select(disk => disk.Media)).Distinct()],
            LeavingDisks = [.. now.LeavingDisks.Concat(planned.Value.LeavingDisks).Distinct()],
        });
        return await AddDisksAsync(planned.Value);
    }

    /// <summary>Whether a volume waits for a recovery that is under way.</summary>
    private bool IsRecovering() =>
        scope.Again().Volumes.Any(volume => volume.KernelState == VolumeKernelState.Enabled
            && volume.State != VolumeState.Active
            && host.Tasks.List.Any(task => task.GroupName == Group.Name && task.Operation != OperationName));

    private async Task<Outcome> AddDisksAsync(MigrationPlan plan)
    {
        foreach (TargetDisk disk in plan.Targets)
        {
            if (stop.IsCancellationRequested)
            {
                return Outcome.Done;
            }

            if (disk.NeedsInitialising)
            {
                Outcome initialised = await log.StepAsync(
                    $"vxdisksetup -i {disk.Device}",
                    () => host.InitializeDiskAsync(disk.Device, new DiskInitializeRequest()));
                if (!initialised.IsDone)
                {
                    return initialised;
                }
            }

            Outcome added = await log.StepAsync(
                $"vxdg -g {Group.Name} adddisk {disk.Media}={disk.Device}",
                () => Group.AddDisksAsync([(disk.Media, disk.Device)]));
            if (!added.IsDone)
            {
                return added;
            }
        }

        return Outcome.Done;
    }

    private async Task<Outcome> CopyAsync()
    {
        log.Enter(MigrationState.Copying);
        return await copies.RunAsync(stop.Token);
    }

    private async Task<Outcome> VerifyAsync()
    {
        if (!log.Journal.Request.Verify)
        {
            return Outcome.Done;
        }

        log.Enter(MigrationState.Verifying);
        foreach (VolumeRecord volume in scope.Again().Volumes.Where(volume => OldPlexesOf(volume).Count > 0))
        {
            if (stop.IsCancellationRequested)
            {
                return Outcome.Done;
            }

            Outcome equal = await log.StepAsync(
                $"volmgr verify --group {Group.Name} --volume {volume.Name}", () => CompareAsync(volume.Name));
            if (!equal.IsDone)
            {
                return equal;
            }
        }

        return Outcome.Done;
    }

    private async Task<Outcome> CompareAsync(string volume)
    {
        Outcome<VerifyResult> result = await Group.VerifyAsync(volume, null, stop.Token);
        if (!result.IsDone)
        {
            return result.Refusal;
        }

        return result.Value.IsEqual
            ? Outcome.Done
            : new Refusal(
                ErrorCode.InputOutput,
                result.Value is { Differences.Count: 0, Unreadable.Count: > 0 }
                    ? $"Not every plex of volume {volume} can be read; nothing was detached. `volmgr verify` tells "
                        + "where; repair that, then `volmgr migrate resume`"
                    : $"The plexes of volume {volume} differ; nothing was detached. `volmgr verify` tells where");
    }

    private async Task<Outcome> FinishAsync()
    {
        await log.ChangeAsync(now => now with { IsPastReturn = true });
        log.Enter(MigrationState.Detaching);
        foreach (VolumeRecord volume in scope.Again().Volumes)
        {
            Outcome detached = await DetachOldAsync(volume);
            if (!detached.IsDone)
            {
                return detached;
            }
        }

        log.Enter(MigrationState.Removing);
        foreach (string disk in log.Journal.LeavingDisks)
        {
            DiskRecord? record = Group.Current.FindDisk(disk);
            if (record is null || Group.Current.SubdisksOn(record.Id).Count > 0)
            {
                continue;
            }

            Outcome removed = await log.StepAsync(
                $"vxdg -g {Group.Name} rmdisk {disk}", () => Group.RemoveDiskAsync(disk, keepRecord: false));
            if (!removed.IsDone)
            {
                return removed;
            }
        }

        log.Enter(MigrationState.Done);
        return Outcome.Done;
    }

    private async Task<Outcome> DetachOldAsync(VolumeRecord volume)
    {
        GroupConfiguration configuration = Group.Current;
        IReadOnlyList<PlexRecord> old = OldPlexesOf(volume);
        int complete = configuration.DataPlexesOf(volume.Id)
            .Count(plex => plex.State == PlexState.Active && scope.Again().IsNew(configuration, plex));
        if (complete < old.Count)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Volume {volume.Name} has {complete} complete plexes on {scope.Request.To} for {old.Count} old ones; "
                + "nothing was detached. `volmgr migrate resume` copies again");
        }

        IEnumerable<PlexRecord> logs = scope.Again().OldLogsOf(configuration, volume);
        if (log.Journal.TemporaryLogVolumes.Contains(volume.Name))
        {
            logs = configuration.PlexesOf(volume.Id).Where(plex => plex.IsLog);
        }

        foreach (PlexRecord plex in (IEnumerable<PlexRecord>)[.. old, .. logs])
        {
            Outcome removed = await log.StepAsync(
                $"vxplex -g {Group.Name} -o rm dis {plex.Name}",
                () => Group.DissociatePlexAsync(volume.Name, plex.Name, remove: true, force: false));
            if (!removed.IsDone)
            {
                return removed;
            }
        }

        return Outcome.Done;
    }

    private async Task BackOutAsync()
    {
        Outcome outcome = await new MigrationBackOut(host, Group, log).RunAsync();
        if (outcome.IsDone)
        {
            log.Enter(MigrationState.Aborted);
        }
        else
        {
            log.Fail(outcome.Refusal.Message + "; `volmgr migrate abort` tries again");
        }
    }

    private IReadOnlyList<PlexRecord> OldPlexesOf(VolumeRecord volume) =>
        scope.Again().OldPlexesOf(Group.Current, volume);
}
