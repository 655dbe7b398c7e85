using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Hot relocation, what vxrelocd does: a plex that failed gets new subdisks in the place of those on the failed disk,
/// and is copied again from the others. And the way back, vxunreloc.
/// </summary>
/// <remarks>
/// Spares are used wherever the group has some. Free space of other disks is used only where the host's file
/// <c>etc/default/vxrelocd</c> says <c>free_space=on</c>; <c>relocation=off</c> there switches all of it off. The old
/// space is given up behind the volume's closed gate, when no request to it is in flight any more.
/// </remarks>
internal sealed class HotRelocation(GroupCore core)
{
    private const string SettingsPath = "etc/default/vxrelocd";

    /// <summary>A plex has failed: what can be relocated is, in the background.</summary>
    public void NoteFailed(RecordId volume, RecordId plex)
    {
        if (core.Current.Plexes.GetValueOrDefault(plex) is { IsLog: true } log)
        {
            core.Work.Start(() => RelocateLogAsync(volume, log.Id));
        }
        else if (core.Current.Plexes.GetValueOrDefault(plex) is { State: PlexState.IoFail })
        {
            core.Work.Start(() => RelocateAsync(volume, plex));
        }
    }

    /// <summary>Begins to move what one plex has in the place of subdisks of a disk back; null when nothing is
    /// left.</summary>
    public async Task<Outcome<VolumeTask?>> UnrelocateNextAsync(
        string original, string target, bool isAnywhere, CopyOptions options)
    {
        if (core.Current.FindDisk(target) is not { IsRemoved: false } disk || !core.Disks.IsHere(disk.Id))
        {
            return new Refusal(ErrorCode.NotFound, $"Disk {target}: Disk not in the configuration", "V-5-1-558");
        }

        List<RecordId> plexes = [.. core.Current.Subdisks.Values.Where(subdisk => subdisk.OriginalDisk == original)
            .Select(subdisk => subdisk.PlexId).OfType<RecordId>().Distinct().Order()];
        foreach (RecordId plex in plexes)
        {
            // Nothing moves unless everything can.
            Outcome<SubdiskMove> planned = VolumeOperations.BeginUnrelocation(
                core.Current, plex, original, disk, isAnywhere);
            if (!planned.IsDone)
            {
                return planned.Refusal;
            }
        }

        if (plexes.Count == 0)
        {
            return (VolumeTask?)null;
        }

        Outcome<AttachJob> begun = await new PlexMoves(core).BeginAsync(
            plexes[0],
            configuration => VolumeOperations.BeginUnrelocation(configuration, plexes[0], original, disk, isAnywhere),
            removeOld: true,
            options,
            parent: null);
        return begun.IsDone ? begun.Value.Task : begun.Refusal;
    }

    /// <summary>A log has nothing that outlives it: a new one on a spare, or in free space where that is allowed, takes
    /// the place of the one that failed.</summary>
    private async Task RelocateLogAsync(RecordId volumeId, RecordId plexId)
    {
        string settings = await core.Engine.RunBlockingAsync(() => core.Host.Files.Read(SettingsPath) ?? "");
        if (Has(settings, "relocation=off")
            || core.Current.Plexes.GetValueOrDefault(plexId) is not { } failed
            || !core.Current.Volumes.TryGetValue(volumeId, out VolumeRecord? volume))
        {
            return;
        }

        IReadOnlyList<SubdiskRecord> old = core.Current.SubdisksOf(plexId);
        StorageTerm[] left = [.. old.Select(subdisk => core.Current.Disks[subdisk.DiskId].Name).Distinct()
            .Select(name => new StorageTerm(StorageTermKind.Media, name))];
        var logs = new VolumeLogs(core);
        bool isDone = false;
        foreach (StorageSpecification places in VolumeOperations.SparePlaces(
            core.Current, Has(settings, "free_space=on")))
        {
            Outcome added = isDone ? Outcome.Done : await logs.AddAsync(new LogRequest
            {
                Volume = volume.Name,
                Storage = places with { Excluded = [.. places.Excluded, .. left] },
            });
            isDone |= added.IsDone;
        }

        if (!isDone)
        {
            core.Log($"VxVM vxrelocd ERROR Relocation was not successful for log {failed.Name} of volume "
                + $"{volume.Name}: no spare has room for it");
            return;
        }

        int count = core.Current.PlexesOf(volumeId).Count(plex => plex.IsLog);
        Outcome removed = await logs.RemoveAsync(
            volume.Name, new StorageSpecification { Excluded = [.. left] }, count - 1);
        core.Log($"Volume {volume.Name} Log {failed.Name} relocated"
            + (removed.IsDone ? "" : $"; the old one stays: {removed.Refusal.Message}"));
    }

    private async Task RelocateAsync(RecordId volumeId, RecordId plexId)
    {
        string settings = await core.Engine.RunBlockingAsync(() => core.Host.Files.Read(SettingsPath) ?? "");
        bool usesFreeSpace = Has(settings, "free_space=on");
        if (Has(settings, "relocation=off")
            || (!usesFreeSpace && !core.Current.Disks.Values.Any(disk => disk.IsSpare && !disk.IsFailing))
            || !core.Current.Volumes.TryGetValue(volumeId, out VolumeRecord? volume))
        {
            return;
        }

        Outcome<VolumeTurn> entered = await core.EnterAsync(volume.Name);
        if (!entered.IsDone)
        {
            core.Log($"VxVM vxrelocd WARNING Volume {volume.Name} is not relocated: {entered.Refusal.Message}");
            return;
        }

        using VolumeTurn turn = entered.Value;
        if (turn.Volume != volumeId || core.Started.Find(volumeId) is null
            || core.Current.Plexes.GetValueOrDefault(plexId) is not { State: PlexState.IoFail } plex)
        {
            return;
        }

        IReadOnlySet<RecordId> failed = await FailedDisksAsync(plexId);
        Outcome relocated = await RelocateAsync(volume, plex, failed, usesFreeSpace);
        Outcome<AttachJob?> job = relocated.IsDone
            ? await core.Attaches.AttachAsync(volumeId, plexId, new CopyOptions(), parent: null) : relocated.Refusal;
        if (!job.IsDone)
        {
            core.Log($"VxVM vxrelocd ERROR {job.Refusal.Message}");
        }
    }

    private async Task<Outcome> RelocateAsync(
        VolumeRecord volume, PlexRecord plex, IReadOnlySet<RecordId> failed, bool usesFreeSpace)
    {
        using IDisposable space = await core.SpaceGate.EnterAsync();
        SubdiskRelocation? relocation = null;
        GroupConfiguration before = core.Current;
        Outcome changed = await core.Started.ChangeAsync(
            [volume.Id],
            configuration =>
            {
                Outcome<SubdiskRelocation> outcome = VolumeOperations.RelocateFailed(
                    configuration, plex.Id, failed.Contains, core.Disks.Sites, usesFreeSpace);
                relocation = outcome.IsDone ? outcome.Value : null;
                return outcome.IsDone ? outcome.Value.Configuration : outcome.Refusal;
            },
            flushes: false);
        Report(before, volume, plex, failed, changed.IsDone ? relocation : null);
        return changed;
    }

    /// <summary>The disks of the plex that cannot be read and written where it lies; all of them where each
    /// can.</summary>
    private async Task<IReadOnlySet<RecordId>> FailedDisksAsync(RecordId plex)
    {
        IReadOnlyList<SubdiskRecord> subdisks = core.Current.SubdisksOf(plex);
        HashSet<RecordId> failed = [];
        foreach (SubdiskRecord subdisk in subdisks)
        {
            if (!core.Disks.IsHere(subdisk.DiskId) || !await AnswersAsync(subdisk))
            {
                failed.Add(subdisk.DiskId);
            }
        }

        return failed.Count > 0 ? failed : subdisks.Select(subdisk => subdisk.DiskId).ToHashSet();
    }

    /// <summary>What the plex holds is out of date: it may be written.</summary>
    private async Task<bool> AnswersAsync(SubdiskRecord subdisk)
    {
        IExtentDevice disk = core.Disks.PublicRegion(subdisk.DiskId);
        byte[] sector = new byte[Alignment.Sector];
        return await disk.ReadAsync(subdisk.DiskOffset, sector, CancellationToken.None) == IoStatus.Success
            && await disk.WriteAsync(subdisk.DiskOffset, sector, WriteFlags.None, CancellationToken.None)
                == IoStatus.Success;
    }

    /// <summary>The mails to root, as lines of the host's log.</summary>
    private void Report(
        GroupConfiguration before,
        VolumeRecord volume,
        PlexRecord plex,
        IReadOnlySet<RecordId> failed,
        SubdiskRelocation? relocation)
    {
        string host = core.Host.Name;
        string disks = string.Join(" ", before.Disks.Values.Where(disk => failed.Contains(disk.Id))
            .Select(disk => disk.Name));
        core.Log($"To: root Subject: Volume Manager failures on host {host}: Failures have been detected by the "
            + $"VERITAS Volume Manager: failed plexes: {plex.Name} failing disks: {disks}");
        PlexRecord? source = before.DataPlexesOf(volume.Id).FirstOrDefault(PlexQueries.IsReadable);
        foreach ((SubdiskRecord old, IReadOnlyList<SubdiskRecord> young) in relocation?.Moved ?? [])
        {
            DiskRecord disk = before.Disks[old.DiskId];
            core.Log($"To: root Subject: Attempting VxVM relocation on host {host}: Attempting to relocate subdisk "
                + $"{old.Name} from plex {plex.Name}. Dev_offset {old.DiskOffset / Alignment.Sector} length "
                + $"{old.Length / Alignment.Sector} dm_name {disk.Name} da_name {disk.LastDeviceName}. "
                + $"The available plex {source?.Name} will be used to recover the data.");
            core.Log($"Volume {volume.Name} Subdisk {old.Name} relocated to "
                + $"{string.Join(" ", young.Select(subdisk => subdisk.Name))}, but not yet recovered.");
        }
    }

    private static bool Has(string settings, string word) =>
        settings.Split('\n').Any(line => line.Trim() == word);
}
