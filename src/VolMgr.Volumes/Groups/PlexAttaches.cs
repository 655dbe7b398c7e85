using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Copies onto attaching plexes, from the command that begins one to the plex that is ACTIVE, or backed out.
/// </summary>
/// <remarks>
/// The plex is in the records, and a write-only member of the published plex set, before the copy reads its first byte:
/// so every write from then on is on it, and one pass is enough. While a copy runs its volume is locked for every other
/// change of plexes.
/// </remarks>
internal sealed class PlexAttaches(GroupCore core)
{
    private readonly Lock guard = new();
    private ImmutableSortedDictionary<RecordId, AttachJob> jobs = ImmutableSortedDictionary<RecordId, AttachJob>.Empty;

    /// <summary>Whether a copy to a plex of the volume runs.</summary>
    public bool IsRunning(RecordId volume) => jobs.Values.Any(job => job.Volume == volume);

    public async Task<Outcome<VolumeTask>> AddMirrorAsync(MirrorRequest request, CopyOptions options)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(request.Volume);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        if (core.Started.Find(turn.Volume) is not { } device)
        {
            return Refusals.NotStarted(request.Volume);
        }
        using IDisposable space = await core.SpaceGate.EnterAsync();
        MirrorRequest complete = request with { Sites = core.Disks.Sites };
        RecordId plex = default;
        Outcome begun = await core.Started.ChangeAsync(
            [turn.Volume],
            configuration =>
            {
                Outcome<PlexAttach> added = VolumeOperations.AddMirror(configuration, complete);
                plex = added.IsDone ? added.Value.PlexId : default;
                return added.IsDone ? added.Value.Configuration : added.Refusal;
            },
            flushes: false);
        return begun.IsDone ? Begin(new AttachRequest(device, plex, options)).Task : begun.Refusal;
    }

    public async Task<Outcome<VolumeTask?>> AttachAsync(string volume, string plexName, CopyOptions options)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(volume);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        if (core.Current.FindPlex(plexName) is not { } plex)
        {
            return Refusals.NoPlex(plexName);
        }
        Outcome<AttachJob?> job = await AttachAsync(turn.Volume, plex.Id, options, parent: null);
        return job.IsDone ? job.Value?.Task : job.Refusal;
    }

    /// <summary>
    /// Attaches a plex of a volume that the caller has the turn on; null where the volume is not started.
    /// </summary>
    public async Task<Outcome<AttachJob?>> AttachAsync(
        RecordId volume, RecordId plex, CopyOptions options, int? parent)
    {
        VolumeDevice? device = core.Started.Find(volume);
        SubdiskRecord? missing = core.Current.SubdisksOf(plex).FirstOrDefault(sd => !core.Disks.IsHere(sd.DiskId));
        if (device is not null && missing is not null)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Plex {core.Current.Plexes[plex].Name}: disk {core.Current.Disks[missing.DiskId].Name} "
                + "is not accessible");
        }
        // An older record of this plex must not be found after a crash that comes before the copy begins.
        if (CopyRecords.Of(core, plex) is { } records && device is not null
            && await records.ClearAsync(CancellationToken.None) is var status && status != IoStatus.Success)
        {
            return new Refusal(
                ErrorCode.InputOutput, $"Plex {core.Current.Plexes[plex].Name}: its disk cannot be written: {status}");
        }
        Outcome begun = await core.Started.ChangeAsync(
            [volume],
            configuration =>
            {
                Outcome<PlexAttach> attach = VolumeOperations.AttachPlex(configuration, volume, plex);
                return attach.IsDone ? attach.Value.Configuration : attach.Refusal;
            },
            attaching: plex,
            flushes: false);
        if (!begun.IsDone)
        {
            return begun.Refusal;
        }
        return device is null ? null : Begin(new AttachRequest(device, plex, options) { Parent = parent });
    }

    /// <summary>Goes on with the copies that were interrupted by the last stop or crash.</summary>
    public IReadOnlyList<AttachJob> Resume(StartedVolume volume, CopyOptions options, int? parent)
    {
        List<AttachJob> resumed = [.. volume.Resumed.Select(plex => Begin(new(volume.Device, plex, options)
        {
            Parent = parent,
            IsRecordTrusted = volume.Dirty is not null,
            Recopy = volume.Dirty ?? [],
        }))];
        if (volume.Need == RecoveryNeed.None)
        {
            // What the log knew of before the stop may be on the volume and not on the plex until the copy has ended.
            core.Work.Start(async () =>
            {
                await Together.AllAsync(resumed.Select(job => job.Completion));
                if (resumed.TrueForAll(job => !job.IsSuspended))
                {
                    volume.Device.Log?.ReleaseHeld();
                }
            });
        }
        return resumed;
    }

    /// <summary>A plex that is being attached was given up by the data path: its copy ends.</summary>
    public void NoteLost(RecordId plex, IoStatus reason) => jobs.GetValueOrDefault(plex)?.LoseTarget(reason);

    /// <summary>Aborts the copies to a volume and waits until they are backed out.</summary>
    public async Task AbortAsync(RecordId volume)
    {
        AttachJob[] running = [.. jobs.Values.Where(job => job.Volume == volume)];
        foreach (AttachJob job in running)
        {
            job.Abort();
        }
        await Together.AllAsync(running.Select(job => job.Completion));
    }

    /// <summary>Stops the copies to a volume where they are, with their records kept.</summary>
    public async Task SuspendAsync(RecordId volume)
    {
        AttachJob[] running = [.. jobs.Values.Where(job => job.Volume == volume)];
        foreach (AttachJob job in running)
        {
            job.Suspend();
        }
        await Together.AllAsync(running.Select(job => job.Completion));
    }

    /// <summary>Commits moves that wait for it, or rolls back moves whether their copy is complete or not; says how
    /// many there were.</summary>
    public async Task<Outcome<int>> EndTentativeAsync(TentativeSelection selection, bool commits)
    {
        AttachJob[] meant = [.. jobs.Values.Where(job => job.Tentative is not null && IsMeant(job, selection))];
        if (commits && Array.Find(meant, job => !job.IsWaiting) is { } busy)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Task {busy.Task.Id} is still copying to {busy.Task.PlexName}; commit it later");
        }
        foreach (AttachJob job in meant)
        {
            if (commits)
            {
                job.End(TentativeEnd.Commit);
            }
            else
            {
                job.Abort();
            }
        }
        await Together.AllAsync(meant.Select(job => job.Completion));
        return !commits || Array.TrueForAll(meant, job => job.IsSwitched) ? meant.Length
            : new Refusal(
                ErrorCode.InputOutput, "A move could not be committed: its disks failed; the old place serves");
    }

    private bool IsMeant(AttachJob job, TentativeSelection selection)
    {
        GroupConfiguration current = core.Current;
        if (current.Plexes.GetValueOrDefault(job.Plex) is not { MovesInto: { } into }
            || current.Volumes.GetValueOrDefault(job.Volume) is not { } volume)
        {
            return false;
        }
        IReadOnlyList<SubdiskRecord> coming = current.SubdisksOf(job.Plex);
        List<SubdiskRecord> leaving = [.. current.SubdisksOf(into).Where(old => coming.Any(
            sd => sd.Column == old.Column && sd.PlexOffset == old.PlexOffset))];
        return (selection.Tag is not { } tag || tag == job.Tentative)
            && (selection.Volume is not { } name || name == volume.Name
                || name == current.VolumeAbove(volume.Id)?.Name)
            && (selection.Subdisk is not { } subdisk || coming.Concat(leaving).Any(sd => sd.Name == subdisk))
            && (selection.Disk is not { } disk
                || leaving.Any(sd => current.Disks.GetValueOrDefault(sd.DiskId)?.Name == disk));
    }

    /// <summary>Begins a copy to a plex that is a write-only member of the published set already.</summary>
    public AttachJob Begin(AttachRequest request)
    {
        var job = new AttachJob(core, request);
        lock (guard)
        {
            jobs = jobs.Add(job.Plex, job);
        }
        job.Start(() =>
        {
            lock (guard)
            {
                jobs = jobs.Remove(job.Plex);
            }
        });
        return job;
    }
}
