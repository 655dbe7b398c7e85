using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Moves subdisks and plexes of started volumes to other disks.
/// </summary>
/// <remarks>
/// A move is a copy as every other: the new place is a write-only member of the published plex set before the copy
/// reads its first byte, and takes the place of the old one in the commit that ends the copy, with the gate closed.
/// Until then the old place serves alone, and it has every acknowledged write whatever happens to the new one. A crash
/// ends a move; the new place is given up by the next start.
/// </remarks>
internal sealed class PlexMoves(GroupCore core)
{
    /// <summary>vxsd mv.</summary>
    public async Task<Outcome<VolumeTask>> MoveSubdiskAsync(
        string oldName, IReadOnlyList<string> newNames, bool removeOld, CopyOptions options)
    {
        if (core.Current.FindSubdisk(oldName) is not { } old)
        {
            return NoRecord(oldName);
        }
        if (old.PlexId is not { } plex)
        {
            return new Refusal(ErrorCode.Dissociated, $"Subdisk {oldName} is not associated with a plex");
        }
        List<RecordId> ids = [];
        foreach (string name in newNames)
        {
            if (core.Current.FindSubdisk(name) is not { } subdisk)
            {
                return NoRecord(name);
            }
            if (!core.Disks.IsHere(subdisk.DiskId))
            {
                return new Refusal(ErrorCode.InvalidState, $"Subdisk {name}: its disk is not accessible");
            }
            ids.Add(subdisk.Id);
        }
        Outcome<AttachJob> begun = await BeginAsync(
            plex,
            configuration => VolumeOperations.BeginSubdiskMove(configuration, old.Id, ids),
            removeOld,
            options,
            parent: null);
        return begun.IsDone ? begun.Value.Task : begun.Refusal;
    }

    /// <summary>vxplex mv.</summary>
    public async Task<Outcome<VolumeTask>> MovePlexAsync(
        string oldName, string newName, bool removeOld, CopyOptions options)
    {
        if (core.Current.FindPlex(oldName) is not { } old || core.Current.FindPlex(newName) is not { } target)
        {
            return Refusals.NoPlex(core.Current.FindPlex(oldName) is null ? oldName : newName);
        }
        if (old.VolumeId is not { } id || !core.Current.Volumes.TryGetValue(id, out VolumeRecord? volume))
        {
            return new Refusal(ErrorCode.Dissociated, $"Plex {oldName} is not associated with a volume", "V-5-1-388");
        }
        if (target.VolumeId is not null)
        {
            return new Refusal(ErrorCode.Associated, $"{newName}: Record is associated", "V-5-1-2879");
        }
        Outcome<VolumeTurn> entered = await core.EnterAsync(volume.Name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        if (core.Started.Find(id) is not { } device)
        {
            return Refusals.NotStarted(volume.Name);
        }
        if (core.Current.SubdisksOf(target.Id).FirstOrDefault(sd => !core.Disks.IsHere(sd.DiskId)) is { } missing)
        {
            return new Refusal(ErrorCode.InvalidState, $"Subdisk {missing.Name}: its disk is not accessible");
        }
        Outcome attached = await core.Started.ChangeAsync(
            [id],
            configuration =>
            {
                bool isActive = configuration.Plexes.GetValueOrDefault(old.Id)?.IsReadable() == true;
                Outcome<PlexAttach> attach = isActive
                    ? VolumeOperations.AttachPlex(configuration, id, target.Id)
                    : new Refusal(ErrorCode.InvalidState, $"Plex {oldName} is not ENABLED/ACTIVE");
                return attach.IsDone ? attach.Value.Configuration : attach.Refusal;
            },
            attaching: target.Id,
            flushes: false);
        return !attached.IsDone ? attached.Refusal : core.Attaches.Begin(new AttachRequest(device, target.Id, options)
        {
            Operation = "PLXMV",
            Completion = new PlexCompletion(configuration =>
                VolumeOperations.CompletePlexMove(configuration, target.Id, old.Id, removeOld)),
        }).Task;
    }

    /// <summary>vxassist move, vxevac of one volume: whatever its plexes and logs have on disks that
    /// <paramref name="leaves"/> names goes to disks of the request. One task gathers the moves; null when there is
    /// nothing to move.</summary>
    public async Task<Outcome<VolumeTask?>> RelocateAsync(
        string name, Func<RecordId, bool> leaves, StorageRequest request, CopyOptions options)
    {
        if (core.Current.FindVolume(name) is not { } volume)
        {
            return Refusals.NoVolume(name);
        }
        List<PlexRecord> plexes = [.. core.Current.DataPlexesOf(volume.Id)
            .Where(plex => core.Current.SubdisksOf(plex.Id).Any(subdisk => leaves(subdisk.DiskId)))];
        if (options.Tentative is not null && RefuseTentative(volume, plexes, leaves) is { } untried)
        {
            return untried;
        }
        Outcome logs = await RelocateLogsAsync(volume, leaves, request);
        if (!logs.IsDone)
        {
            return logs.Refusal;
        }
        if (plexes.Count == 0)
        {
            return (VolumeTask?)null;
        }
        StorageRequest complete = request with { Sites = core.Disks.Sites };
        VolumeTask parent = core.Host.Tasks.Start(new TaskRequest
        {
            Type = "PARENT",
            Operation = "VXMOVE",
            GroupName = core.Current.Group.Name,
            VolumeName = volume.Name,
            Tag = options.Tag,
            End = plexes.Count,
        });
        CopyOptions child = options with { Tag = "" };
        Outcome<AttachJob> first = await BeginRelocationAsync(plexes[0].Id, leaves, complete, child, parent);
        if (!first.IsDone)
        {
            parent.Finish(TaskState.Failed, first.Refusal.Message);
            return first.Refusal;
        }
        core.Work.Start(() => RelocateRestAsync(first.Value, plexes, leaves, complete, child, parent));
        return parent;
    }

    /// <summary>A volume with a move that waits takes no other change, and a log has no old place to go back
    /// to.</summary>
    private Refusal? RefuseTentative(VolumeRecord volume, List<PlexRecord> plexes, Func<RecordId, bool> leaves)
    {
        PlexRecord? log = core.Current.PlexesOf(volume.Id).FirstOrDefault(plex => plex.IsLog
            && core.Current.SubdisksOf(plex.Id).Any(subdisk => leaves(subdisk.DiskId)));
        return log is not null
            ? new Refusal(
                ErrorCode.WrongUse,
                $"Log {log.Name} cannot be moved tentatively; move it by vxassist addlog, remove log")
            : plexes.Count > 1
                ? new Refusal(
                    ErrorCode.WrongUse,
                    $"Volume {volume.Name}: one plex can be moved tentatively at a time; name the storage of one")
                : null;
    }

    private async Task RelocateRestAsync(
        AttachJob job,
        List<PlexRecord> plexes,
        Func<RecordId, bool> leaves,
        StorageRequest request,
        CopyOptions options,
        VolumeTask parent)
    {
        TaskState last = await job.Task.Completion;
        string failure = job.Task.Failure;
        foreach (PlexRecord plex in plexes.Skip(1))
        {
            if (last != TaskState.Completed || parent.State == TaskState.Aborting)
            {
                break;
            }
            Outcome<AttachJob> next = await BeginRelocationAsync(plex.Id, leaves, request, options, parent);
            last = next.IsDone ? await next.Value.Task.Completion : TaskState.Failed;
            failure = next.IsDone ? next.Value.Task.Failure : next.Refusal.Message;
        }
        parent.Finish(parent.State == TaskState.Aborting ? TaskState.Aborted : last, failure);
    }

    private Task<Outcome<AttachJob>> BeginRelocationAsync(
        RecordId plex, Func<RecordId, bool> leaves, StorageRequest request, CopyOptions options, VolumeTask parent) =>
        BeginAsync(
            plex,
            configuration => VolumeOperations.BeginRelocation(configuration, plex, leaves, request),
            removeOld: true,
            options,
            parent);

    internal async Task<Outcome<AttachJob>> BeginAsync(
        RecordId plex,
        Func<GroupConfiguration, Outcome<SubdiskMove>> begin,
        bool removeOld,
        CopyOptions options,
        VolumeTask? parent)
    {
        if (core.Current.Plexes.GetValueOrDefault(plex)?.VolumeId is not { } id
            || !core.Current.Volumes.TryGetValue(id, out VolumeRecord? volume))
        {
            return Refusals.PlexIsGone;
        }
        Outcome<VolumeTurn> entered = await core.EnterAsync(volume.Name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        if (core.Started.Find(id) is not { } device)
        {
            return Refusals.NotStarted(volume.Name);
        }
        using IDisposable space = await core.SpaceGate.EnterAsync();
        RecordId mover = default;
        Outcome begun = await core.Started.ChangeAsync(
            [id],
            configuration =>
            {
                Outcome<SubdiskMove> move = begin(configuration);
                mover = move.IsDone ? move.Value.PlexId : default;
                return move.IsDone ? move.Value.Configuration : move.Refusal;
            },
            flushes: false);
        if (!begun.IsDone)
        {
            return begun.Refusal;
        }
        return core.Attaches.Begin(new AttachRequest(device, mover, options)
        {
            Operation = "SDMV",
            Tentative = options.Tentative,
            Parent = parent?.Id,
            Completion = new PlexCompletion(
                configuration => VolumeOperations.CompleteMove(configuration, mover, removeOld), plex),
        });
    }

    /// <summary>A log has no contents that outlive it: a new one is added, then the old one removed.</summary>
    private async Task<Outcome> RelocateLogsAsync(
        VolumeRecord volume, Func<RecordId, bool> leaves, StorageRequest request)
    {
        List<PlexRecord> logs = [.. core.Current.PlexesOf(volume.Id).Where(plex => plex.IsLog
            && core.Current.SubdisksOf(plex.Id).Any(subdisk => leaves(subdisk.DiskId)))];
        if (logs.Count == 0)
        {
            return Outcome.Done;
        }
        IEnumerable<StorageTerm> left = core.Current.Disks.Values.Where(disk => leaves(disk.Id))
            .Select(disk => new StorageTerm(StorageTermKind.Media, disk.Name));
        StorageSpecification away = request.Storage with { Excluded = [.. request.Storage.Excluded, .. left] };
        var logging = new VolumeLogs(core);
        Outcome added = await logging.AddAsync(new LogRequest
        {
            Volume = volume.Name,
            Count = logs.Count,
            Storage = away,
        });
        return added.IsDone
            ? await logging.RemoveAsync(
                volume.Name,
                new StorageSpecification { Excluded = [.. left] },
                core.Current.PlexesOf(volume.Id).Count(plex => plex.IsLog) - logs.Count)
            : added;
    }

    private static Refusal NoRecord(string name) =>
        new(ErrorCode.NotFound, $"Record {name} not in disk group configuration", "V-5-1-926");
}
