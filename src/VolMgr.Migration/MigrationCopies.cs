using System.Collections.Concurrent;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Migration;

/// <summary>
/// Attaches the new plexes, a few volumes at a time, until each volume has as many complete plexes on the new enclosure
/// as it has on the old side. A copy that the boot after a crash has started again by itself is waited for, not
/// doubled.
/// </summary>
internal sealed class MigrationCopies(VolumeHost host, MigrationScope scope, MigrationLog log)
{
    private static readonly TimeSpan BootedCopyPoll = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<string, VolumeTask> running = new(StringComparer.Ordinal);
    private readonly Lock guard = new();
    private bool isPaused;

    public bool IsPaused
    {
        get
        {
            lock (guard)
            {
                return isPaused;
            }
        }
    }

    public IReadOnlyDictionary<string, double> Progress => running.ToDictionary(
        copy => copy.Key,
        copy => copy.Value.End == 0 ? 0 : (double)copy.Value.Current / copy.Value.End,
        StringComparer.Ordinal);

    private DiskGroup Group => scope.Group;

    public void Pause()
    {
        lock (guard)
        {
            isPaused = true;
            foreach (VolumeTask task in running.Values)
            {
                task.Pause();
            }
        }
    }

    public void Resume()
    {
        lock (guard)
        {
            isPaused = false;
            foreach (VolumeTask task in running.Values)
            {
                task.Resume();
            }
        }
    }

    public void Abort()
    {
        foreach (VolumeTask task in running.Values)
        {
            task.Abort();
        }
    }

    /// <summary>Copies everything; the first refusal or failed copy ends it after the copies that run.</summary>
    public async Task<Outcome> RunAsync(CancellationToken token)
    {
        Queue<VolumeRecord> waiting = new(scope.Again().Volumes);
        Refusal? failure = null;
        async Task WorkAsync()
        {
            while (failure is null && !token.IsCancellationRequested && TryTake(waiting, out VolumeRecord? volume))
            {
                Outcome outcome = await CopyVolumeAsync(volume, token);
                failure ??= outcome.Refusal;
            }
        }

        int workers = Math.Max(1, scope.Request.Parallel);
        long began = host.Engine.Time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => host.Engine.StartAsync(WorkAsync)));
        double seconds = host.Engine.Time.GetElapsedTime(began).TotalSeconds;
        await log.ChangeAsync(now => now with { CopySeconds = now.CopySeconds + seconds });
        return failure is null || token.IsCancellationRequested ? Outcome.Done : failure;
    }

    private static bool TryTake(
        Queue<VolumeRecord> waiting, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out VolumeRecord? volume)
    {
        lock (waiting)
        {
            return waiting.TryDequeue(out volume);
        }
    }

    private async Task<Outcome> CopyVolumeAsync(VolumeRecord volume, CancellationToken token)
    {
        Outcome logged = await EnsureLogAsync(volume);
        while (logged.IsDone && !token.IsCancellationRequested)
        {
            GroupConfiguration configuration = Group.Current;
            PlexRecord? attaching = configuration.DataPlexesOf(volume.Id).FirstOrDefault(MigrationScope.IsAttaching);
            IReadOnlyList<PlexRecord> old = scope.Again().OldPlexesOf(configuration, volume);
            int complete = configuration.DataPlexesOf(volume.Id).Count(
                plex => plex.State == PlexState.Active && scope.Again().IsNew(configuration, plex));
            if (attaching is null && complete >= old.Count)
            {
                return Outcome.Done;
            }

            Outcome copied = attaching is null
                ? await AttachAsync(volume, old[complete], token)
                : await WaitForBootedCopyAsync(attaching, token);
            if (!copied.IsDone)
            {
                return copied;
            }
        }

        return logged;
    }

    private async Task<Outcome> EnsureLogAsync(VolumeRecord volume)
    {
        GroupConfiguration configuration = Group.Current;
        MigrationScope now = scope.Again();
        int wanted = now.CountMissingLogs(configuration, volume);
        if (wanted == 0)
        {
            return Outcome.Done;
        }

        Outcome<StorageSpecification> storage = MigrationScope.Target(scope.Request.To);
        if (!storage.IsDone)
        {
            return storage.Refusal;
        }

        bool isTemporary = now.OldLogsOf(configuration, volume).Count == 0;
        LogRequest request = new()
        {
            Volume = volume.Name,
            Count = wanted,
            Storage = storage.Value,
            Sites = Group.Sites,
        };
        Outcome<(GroupConfiguration Configuration, IReadOnlyList<RecordId> PlexIds)> tried =
            VolumeOperations.AddLog(configuration, request);
        if (!tried.IsDone)
        {
            return tried.Refusal;
        }

        if (isTemporary)
        {
            log.Note(now => now with { TemporaryLogVolumes = [.. now.TemporaryLogVolumes, volume.Name] });
        }

        await NoteNamesAsync([.. tried.Value.PlexIds.Select(id => tried.Value.Configuration.Plexes[id].Name)]);
        return await log.StepAsync(
            $"vxassist -g {Group.Name} addlog {volume.Name} logtype=drl enclr:{scope.Request.To}",
            () => Group.AddLogAsync(request));
    }

    /// <summary>
    /// Plexes are written down before they exist: a crash in between leaves a name without a plex, which harms nothing.
    /// </summary>
    private Task NoteNamesAsync(IReadOnlyList<string> plexes) => plexes.Except(log.Journal.AddedPlexes).Any()
        ? log.ChangeAsync(now => now with { AddedPlexes = [.. now.AddedPlexes.Concat(plexes).Distinct()] })
        : Task.CompletedTask;

    private async Task<Outcome> AttachAsync(VolumeRecord volume, PlexRecord old, CancellationToken token)
    {
        Outcome<MirrorRequest> request = MirrorLike.Of(volume.Name, old, scope.Request.To, Group.Sites);
        if (!request.IsDone)
        {
            return request.Refusal;
        }

        Outcome<PlexAttach> tried = VolumeOperations.AddMirror(Group.Current, request.Value);
        if (!tried.IsDone)
        {
            return tried.Refusal;
        }

        await NoteNamesAsync([tried.Value.Configuration.Plexes[tried.Value.PlexId].Name]);
        string command = $"vxassist -g {Group.Name} mirror {volume.Name} enclr:{scope.Request.To}";
        return await log.StepAsync(command, async () =>
        {
            CopyOptions options = new()
            {
                Tag = $"mig-{volume.Name}",
                SlowMs = scope.Request.SlowMs,
                Policy = scope.Request.Policy,
            };
            Outcome<VolumeTask> started = await Group.AddMirrorAsync(request.Value, options);
            return started.IsDone ? await WaitAsync(started.Value, token) : started.Refusal;
        });
    }

    private async Task<Outcome> WaitForBootedCopyAsync(PlexRecord plex, CancellationToken token)
    {
        VolumeTask? task = host.Tasks.List.FirstOrDefault(
            candidate => candidate.PlexName == plex.Name && candidate.GroupName == Group.Name);
        if (task is not null)
        {
            if (scope.Request.SlowMs > 0)
            {
                task.SetSlow(scope.Request.SlowMs);
            }

            Outcome copied = await WaitAsync(task, token);
            await log.ChangeAsync(now => now);
            return copied;
        }

        await host.Engine.DelayAsync(BootedCopyPoll, CancellationToken.None);
        return Outcome.Done;
    }

    private async Task<Outcome> WaitAsync(VolumeTask task, CancellationToken token)
    {
        await NoteNamesAsync([task.PlexName]);
        lock (guard)
        {
            running[task.PlexName] = task;
            if (isPaused)
            {
                task.Pause();
            }
        }

        if (token.IsCancellationRequested)
        {
            task.Abort();
        }

        await task.Completion;
        running.TryRemove(task.PlexName, out _);
        log.Note(now => now with
        {
            BytesCopied = now.BytesCopied + task.BytesCopied,
            BytesSkipped = now.BytesSkipped + task.BytesSkipped,
        });
        return task.State == TaskState.Completed
            ? Outcome.Done
            : new Refusal(
                ErrorCode.InputOutput,
                $"The copy to plex {task.PlexName} of volume {task.VolumeName} ended as {task.State}"
                + (task.Failure.Length > 0 ? $" ({task.Failure})" : "") + "; the volume is "
                + "unaffected. Look at vxprint and the host's log, then `volmgr migrate resume`");
    }
}
