using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Layout;

namespace VolMgr.Migration;

/// <summary>
/// Works out a migration on a copy of the configuration with the same pure operations that will carry it out: what fits
/// here fits there. Changes nothing.
/// </summary>
public static class MigrationPlanner
{
    /// <summary>
    /// Makes the plan, or says in one sentence why there is none. What a migration has attached already counts.
    /// </summary>
    public static Outcome<MigrationPlan> Make(VolumeHost host, MigrationRequest request, IMigrationArchive archive)
    {
        Outcome<MigrationScope> scope = MigrationScope.Of(host, request);
        return scope.IsDone ? new Draft(host, scope.Value).Make(archive) : scope.Refusal;
    }

    /// <summary>A plan in the making: the configuration as it would be, and what was decided on the way.</summary>
    private sealed class Draft(VolumeHost host, MigrationScope scope)
    {
        private const string PlannedDiskId = "planned.";
        private readonly List<PlexMove> moves = [];
        private readonly List<TargetDisk> targets = [];
        private readonly List<string> oldLogVolumes = [];
        private readonly List<string> temporaryLogVolumes = [];
        private readonly List<DiskSite> sites = [.. scope.Group.Sites];
        private readonly Queue<DiskDevice> candidates = new(TargetCandidates.Of(host, scope));
        private readonly HashSet<RecordId> emptied = [];
        private GroupConfiguration work = scope.Group.Current;

        private MigrationRequest Request => scope.Request;

        public Outcome<MigrationPlan> Make(IMigrationArchive archive)
        {
            foreach (VolumeRecord volume in scope.Volumes)
            {
                Outcome planned = PlanVolume(volume);
                if (!planned.IsDone)
                {
                    return planned.Refusal;
                }
            }

            IReadOnlyList<string> leaving = LeavingDisks();
            long bytes = moves.Sum(move => move.Bytes);
            HostSpace space = MeasureOld(archive);
            MigrationPlan plan = new()
            {
                Request = Request,
                Moves = moves,
                OldLogVolumes = oldLogVolumes,
                TemporaryLogVolumes = temporaryLogVolumes,
                Targets = targets,
                LeavingDisks = leaving,
                Steps = [],
                BytesAtMost = bytes,
                HostBytesFree = space.Free,
                HostBytesNeeded = Math.Min(space.Occupied, bytes),
                Risks = [],
            };
            plan = plan with { Risks = RiskReport.Of(host, scope, plan) };
            return plan with { Steps = StepList.Of(scope.Group.Name, plan) };
        }

        private Outcome PlanVolume(VolumeRecord volume)
        {
            IReadOnlyList<PlexRecord> old = scope.OldPlexesOf(work, volume);
            IReadOnlyList<PlexRecord> oldLogs = scope.OldLogsOf(work, volume);
            Refusal? unfit = Check(volume, old);
            if (unfit is not null)
            {
                return unfit;
            }

            if (work.DataPlexesOf(volume.Id).Any(plex => MigrationScope.IsAttaching(plex) && scope.IsNew(work, plex)))
            {
                // its own copy, begun before a restart, holds the volume; the next one waits for it
                work = work.With(work.Volumes[volume.Id] with { TUtil0 = "" });
            }

            int missingLogs = scope.CountMissingLogs(work, volume);
            if (oldLogs.Count > 0)
            {
                oldLogVolumes.Add(volume.Name);
            }
            else if (missingLogs > 0)
            {
                temporaryLogVolumes.Add(volume.Name);
            }

            if (missingLogs > 0)
            {
                Outcome log = Place(configuration => AddLog(configuration, volume, missingLogs));
                if (!log.IsDone)
                {
                    return log;
                }
            }

            // a migration that is taken up again has some of its plexes already
            foreach (PlexRecord plex in old.Skip(scope.CountNewPlexes(work, volume)))
            {
                Outcome mirror = PlanMirror(volume, plex);
                if (!mirror.IsDone)
                {
                    return mirror;
                }
            }

            foreach (PlexRecord plex in (IEnumerable<PlexRecord>)[.. old, .. oldLogs])
            {
                emptied.UnionWith(work.SubdisksOf(plex.Id).Select(subdisk => subdisk.DiskId));
            }

            return Outcome.Done;
        }

        private static Refusal? Check(VolumeRecord volume, IReadOnlyList<PlexRecord> old)
        {
            if (old.Count == 0)
            {
                return null;
            }

            if (volume.KernelState != VolumeKernelState.Enabled)
            {
                return new Refusal(
                    ErrorCode.NotStarted, $"Volume {volume.Name} is not started; start it with vxvol start first");
            }

            if (volume.State != VolumeState.Active)
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"Volume {volume.Name} is being recovered; wait until vxtask list is empty");
            }

            PlexRecord? unfit = old.FirstOrDefault(plex => plex.State != PlexState.Active);
            return unfit is null
                ? null
                : new Refusal(
                    ErrorCode.InvalidState,
                    $"Plex {unfit.Name} of volume {volume.Name} is not ACTIVE; attach it with vxrecover, or remove it");
        }

        private Outcome PlanMirror(VolumeRecord volume, PlexRecord old)
        {
            RecordId added = default;
            Outcome placed = Place(configuration =>
            {
                Outcome<(GroupConfiguration Configuration, RecordId Plex)> mirrored =
                    AddMirror(configuration, volume, old);
                if (!mirrored.IsDone)
                {
                    return mirrored.Refusal;
                }

                added = mirrored.Value.Plex;
                return mirrored.Value.Configuration;
            });
            if (!placed.IsDone)
            {
                return placed;
            }

            PlexRecord plex = work.Plexes[added];
            IReadOnlyList<string> disks = [.. work.SubdisksOf(added)
                .Select(subdisk => work.Disks[subdisk.DiskId].Name).Distinct()];
            moves.Add(new PlexMove(volume.Name, old.Name, plex.Name, volume.Length, disks));
            work = work.With(plex with { State = PlexState.Active, Mode = PlexMode.ReadWrite, TUtil0 = "" })
                .With(work.Volumes[volume.Id] with { TUtil0 = "" });
            return placed;
        }

        /// <summary>
        /// Tries an allocation, and with one more disk of the new array each time that it does not fit.
        /// </summary>
        private Outcome Place(Func<GroupConfiguration, Outcome<GroupConfiguration>> allocate)
        {
            while (true)
            {
                Outcome<GroupConfiguration> tried = allocate(work);
                if (tried.IsDone)
                {
                    work = tried.Value;
                    return Outcome.Done;
                }

                // a group without any disk of the new array has no place for the request either
                bool isFirst = sites.TrueForAll(site => site.Enclosure != Request.To);
                if (tried.Refusal.Code != ErrorCode.NoSpace && !isFirst)
                {
                    return tried.Refusal;
                }

                if (!candidates.TryDequeue(out DiskDevice? device))
                {
                    return tried.Refusal with
                    {
                        Message = $"{tried.Refusal.Message}; {Request.To} has no further free disk: present more LUNs",
                    };
                }

                Outcome added = AddCandidate(device);
                if (!added.IsDone)
                {
                    return added;
                }
            }
        }

        private Outcome AddCandidate(DiskDevice device)
        {
            bool needsInitialising = device.Header is null;
            long length = device.Header?.PublicLength ?? TargetCandidates.PublicLengthOf(device);
            string media = NextMediaName();
            DiskRequest request = new()
            {
                Name = media,
                DeviceName = device.Name,
                DiskId = PlannedDiskId + device.Name,
                PublicLength = length,
                PrivateLength = device.Header?.PrivateLength ?? 0,
            };
            Outcome<(GroupConfiguration Configuration, RecordId DiskId)> added =
                VolumeOperations.AddDisk(work, request);
            if (!added.IsDone)
            {
                return added.Refusal;
            }

            work = added.Value.Configuration;
            sites.Add(new DiskSite(
                added.Value.DiskId,
                device.Name,
                Request.To,
                [.. device.Node.Paths.Select(path => path.Controller).Distinct()],
                true));
            targets.Add(new TargetDisk(device.Name, media, needsInitialising, true, length));
            return Outcome.Done;
        }

        private string NextMediaName()
        {
            int number = 1;
            while (work.FindObject($"{scope.Group.Name}_n{number:D2}") is not null)
            {
                number++;
            }

            return $"{scope.Group.Name}_n{number:D2}";
        }

        private Outcome<GroupConfiguration> AddLog(GroupConfiguration configuration, VolumeRecord volume, int count)
        {
            Outcome<StorageSpecification> storage = MigrationScope.Target(Request.To);
            if (!storage.IsDone)
            {
                return storage.Refusal;
            }

            LogRequest request = new() { Volume = volume.Name, Count = count, Storage = storage.Value, Sites = sites };
            Outcome<(GroupConfiguration Configuration, IReadOnlyList<RecordId> PlexIds)> added =
                VolumeOperations.AddLog(configuration, request);
            return added.IsDone ? added.Value.Configuration : added.Refusal;
        }

        private Outcome<(GroupConfiguration Configuration, RecordId Plex)> AddMirror(
            GroupConfiguration configuration, VolumeRecord volume, PlexRecord old)
        {
            Outcome<MirrorRequest> request = MirrorLike.Of(volume.Name, old, Request.To, sites);
            if (!request.IsDone)
            {
                return request.Refusal;
            }

            Outcome<PlexAttach> added = VolumeOperations.AddMirror(configuration, request.Value);
            return added.IsDone ? (added.Value.Configuration, added.Value.PlexId) : added.Refusal;
        }

        private IReadOnlyList<string> LeavingDisks()
        {
            HashSet<string> oldEnclosures = [.. emptied
                .Select(disk => scope.Enclosures.GetValueOrDefault(disk, "")).Where(name => name.Length > 0)];
            GroupConfiguration now = scope.Group.Current;
            HashSet<RecordId> gone = [.. scope.Volumes.SelectMany(volume =>
                (IEnumerable<PlexRecord>)[.. scope.OldPlexesOf(now, volume), .. scope.OldLogsOf(now, volume)])
                .Select(plex => plex.Id)];
            bool IsEmptied(DiskRecord disk) => now.SubdisksOn(disk.Id).All(
                subdisk => subdisk.PlexId is { } plex && gone.Contains(plex));
            return [.. now.Disks.Values
                .Where(disk => scope.IsOldDisk(disk.Id) && IsEmptied(disk))
                .Where(disk => emptied.Contains(disk.Id)
                    || oldEnclosures.Contains(scope.Enclosures.GetValueOrDefault(disk.Id, "")))
                .Select(disk => disk.Name).Order(StringComparer.Ordinal)];
        }

        private HostSpace MeasureOld(IMigrationArchive archive)
        {
            long free = 0;
            long occupied = 0;
            foreach (string enclosure in emptied
                .Select(disk => scope.Enclosures.GetValueOrDefault(disk, "")).Where(name => name.Length > 0).Distinct())
            {
                HostSpace space = archive.MeasureSpace(enclosure);
                free = space.Free;
                occupied += space.Occupied;
            }

            return new HostSpace(free, occupied);
        }
    }
}
