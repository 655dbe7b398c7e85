using VolMgr.Blocks;
using VolMgr.Proof.Invariants;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Proof.Histories;

/// <summary>
/// Turns what a simulated lab does into a history. It looks and never waits: a run with it is the run without it.
/// </summary>
/// <remarks>
/// What the disks hold is read past the engine. The configuration is looked at before every event. Between a crash and
/// the end of the next boot nothing is recorded: what a host finds on its disks then is where the history goes on.
/// What a layered volume has on disks belongs to the volumes below it: its history is what its clients see.
/// </remarks>
internal sealed partial class HistoryFeed(SimulatedLab lab, string volumeName, int length, bool seesClientsOnly = false)
{
    /// <summary>How exactly a history knows the time.</summary>
    private static readonly TimeSpan TimeStep = TimeSpan.FromMilliseconds(1);

    private readonly CopyFeed copies = new();
    private readonly DetachMapFeed maps = new(lab);
    private readonly List<(PlexCopyOptions Options, CopyMap Map)> begunAtBoot = [];
    private GroupConfiguration? known;
    private PlexPlaces places = PlexPlaces.None;
    private PlexPlaces before = PlexPlaces.None;
    private bool isUp;
    private bool isServing;

    /// <summary>Sectors that recovery has looked at since the last boot.</summary>
    private readonly HashSet<int> recovered = [];
    private readonly HashSet<RecordId> ours = [];
    private PlexPlaces neighbours = PlexPlaces.None;
    private byte[]? scratch;
    private long answers;
    private bool isDisturbed;

    /// <summary>Whether zeroes beside all plexes are wrong: who grows clears what is not yet told, and so do others.
    /// </summary>
    private bool seesZeroes;

    /// <summary>The volume whose history it is.</summary>
    public string VolumeName => volumeName;

    private int LengthNow => Sector(lab.Group.Current.FindVolume(volumeName)?.Length ?? 0);

    private VolumeDevice? Volume => lab.FindVolume(volumeName);

    /// <summary>What was recorded.</summary>
    public History History { get; } = new(length, seesClientsOnly ? CheckerCatalogue.OfClients() : null);

    /// <summary>The first invariant that was broken, or null.</summary>
    public string? Violation => History.First;

    /// <summary>The volume is there for the first time, or again after a boot.</summary>
    public async Task BeginAsync()
    {
        DiskGroup group = lab.Group;
        if (seesClientsOnly)
        {
            isServing = true;
            History.Record(new Booted(new ConfigurationView(group.Generation, LengthNow, []), 1));
            return;
        }

        int valid = await CountCopiesAsync(group);
        known = group.Current;
        ConfigurationView view = ViewOf(known, group.Generation);
        Locate(known);
        before = places;
        begunAtBoot.RemoveAll(copy => !IsAlive(copy.Options));
        // a copy that went on at once may have ended before the boot did: it is told in the order in which it happened
        HashSet<string> resumed = [.. begunAtBoot.Select(copy => known.Plexes.GetValueOrDefault(copy.Options.Target))
            .OfType<PlexRecord>().Select(PlexPlaces.NameOf)];
        History.Record(new Booted(view with
        {
            Plexes = [.. view.Plexes.Select(plex => resumed.Contains(plex.Name)
            && plex.IsReadable ? plex with { IsReadable = false, IsAttaching = true, IsComplete = false } : plex)]
        }, valid));
        foreach (PlexView plex in view.Plexes)
        {
            Load(plex.Name);
        }

        isUp = true;
        seesZeroes = lab.Volumes.Count == 1;
        recovered.Clear();
        if (Volume?.Core.Unrecovered is { } unrecovered)
        {
            recovered.UnionWith(Enumerable.Range(0, view.Length).Where(
                sector => unrecovered.IsPending(sector * (long)Stamp.SectorSize, Stamp.SectorSize)));
        }

        ReadLog();
        ReadMaps();
        foreach ((PlexCopyOptions options, CopyMap map) in begunAtBoot)
        {
            CopyStarts(options, map);
        }

        begunAtBoot.Clear();
        if (resumed.Count > 0)
        {
            History.Record(new Committed(view));
        }
    }

    /// <summary>Goes on where another feed was when it had recorded these.</summary>
    public void Replay(IEnumerable<HistoryEvent> events, HistoryFeed other)
    {
        foreach (HistoryEvent happened in events)
        {
            History.Record(happened);
        }

        copies.Continue(other.copies);
    }

    /// <summary>The host is dead.</summary>
    public void Crash()
    {
        isUp = isServing = false;
        copies.Clear();
        maps.Clear();
        begunAtBoot.Clear();
        History.Record(new Crashed());
    }

    /// <summary>Something happened that the caller knows.</summary>
    public void Record(HistoryEvent happened)
    {
        if (isServing)
        {
            if (LengthNow != History.State.View.Length)
            {
                History.Record(new Committed(new ConfigurationView(lab.Group.Generation, LengthNow, [])));
            }

            History.Record(happened);
        }
        else if (isUp)
        {
            answers += happened is Answered ? 1 : 0;
            isDisturbed = happened is FaultBegan || (isDisturbed && happened is not FaultsEnded);
            Poll();
            if (happened is Answered or CopyBegan or AtRest)
            {
                ReadMaps();
            }

            seesZeroes = happened is LengthAsked asked
                ? lab.Volumes.Count == 1 && asked.Length <= History.State.View.Length
                : seesZeroes;
            History.Record(happened);
        }
    }

    /// <summary>Nobody goes on.</summary>
    public void Stick(string who) => History.Record(new Stuck(who));

    /// <summary>A read is sent to a disk.</summary>
    public void Reading(string lun, long offset, long count, long read)
    {
        if (!isUp)
        {
            return;
        }

        Poll();
        foreach (PlexPlace place in places.Within(lun, offset, count).Where(place => !place.IsLog))
        {
            if (!IsForRecovery(place))
            {
                History.Record(
                    new PlexRead(place.Plex, Sector(place.PlexOffset), Sector(place.Length)) { Read = read });
            }
        }
    }

    /// <summary>A read was answered.</summary>
    public void ReadEnded(string lun, long offset, long count, long read, IoStatus status)
    {
        if (!isUp)
        {
            return;
        }

        Poll();
        foreach (PlexPlace place in places.Within(lun, offset, count).Where(place => !place.IsLog))
        {
            (int first, int sectors) = (Sector(place.PlexOffset), Sector(place.Length));
            History.Record(status == IoStatus.Success
                ? new PlexReadEnded(place.Plex, first, sectors, read)
                : new PlexReadFailed(place.Plex, first, sectors));
        }
    }

    /// <summary>Recovery looks at every plex that takes writes; a request that waited for it may do it once more.
    /// </summary>
    private bool IsForRecovery(PlexPlace place)
    {
        if (History.State.View.Find(place.Plex) is not { IsAttaching: true })
        {
            return false;
        }

        IEnumerable<int> sectors = Enumerable.Range(Sector(place.PlexOffset), Sector(place.Length));
        if (Volume?.Core.Unrecovered?.IsPending(place.PlexOffset, place.Length) == true)
        {
            recovered.UnionWith(sectors);
        }

        return recovered.Count > 0 && sectors.All(recovered.Contains);
    }

    /// <summary>A write, zero or discard was answered.</summary>
    public void Written(string lun, long offset, long count, bool isForced, IoStatus status)
    {
        if (!isUp)
        {
            return;
        }

        Poll();
        long covered = 0;
        foreach (PlexPlace place in places.Within(lun, offset, count))
        {
            covered += place.Length;
            Land(lun, place, isForced && status == IoStatus.Success, status);
        }

        if (covered < count && status == IoStatus.Success)
        {
            LookForStrays(lun, offset, count);
        }
    }

    /// <summary>A change of the configuration is about to be written.</summary>
    public void CommitBegins(GroupConfiguration next)
    {
        if (known is null || next.FindVolume(volumeName) is null)
        {
            return;
        }

        if (isUp)
        {
            Poll(); // the one before it has ended
        }

        // a host that boots commits too, and may crash before it is up
        History.Record(new CommitBegan(ViewOf(next, isUp && lab.HasGroup ? lab.Group.Generation + 1 : 0)));
    }

    /// <summary>A copy has its map.</summary>
    public void CopyStarts(PlexCopyOptions options, CopyMap map)
    {
        if (!isUp)
        {
            begunAtBoot.Add((options, map));
        }
        else if (IsAlive(options) && lab.Group.Current.Plexes.TryGetValue(options.Target, out PlexRecord? plex))
        {
            Record(copies.Begin(options, map, PlexPlaces.NameOf(plex)));
        }
    }

    /// <summary>Whether a copy is one of the host that is up: a dead one goes on where its reads time out.</summary>
    private bool IsAlive(PlexCopyOptions options) => ReferenceEquals(options.Volume.Core, Volume?.Core);

    /// <summary>A copy holds a range.</summary>
    public void CopyBegins(CopyMap map, ByteRange range) => RecordAll(copies.Hold(map, range));

    /// <summary>A copy has marked a range.</summary>
    public void Copied(CopyMap map, ByteRange range) => RecordAll(copies.Mark(map, range));

    /// <summary>A copy has released a range.</summary>
    public void CopyEnded(CopyMap map, ByteRange range) => RecordAll(copies.Release(map, range));

    /// <summary>Nothing is in flight; the plexes are as given.</summary>
    public void Rest(IReadOnlyDictionary<string, IReadOnlyList<long>> plexes)
    {
        VolumeDevice? volume = Volume;
        recovered.Clear();
        DirtyRegionLog? log = History.State.View.HasLog ? volume?.Log : null;
        (int bits, int busy) = log?.Accounts ?? (0, 0);
        Record(new AtRest(plexes)
        {
            InFlight = volume?.InFlight ?? 0,
            Locks = volume?.Core.Locks.Count ?? 0,
            IsFrozen = volume?.Core.Gate.IsFrozen ?? false,
            DirtyCount = log?.DirtyCount,
            DirtyBits = bits,
            BusyRegions = busy,
            Tasks = lab.Host.Tasks.List.Count(task => task.VolumeName == volumeName),
        });
    }

    private static int Sector(long bytes) => (int)(bytes / Stamp.SectorSize);

    private void RecordAll(IReadOnlyList<HistoryEvent> events)
    {
        foreach (HistoryEvent happened in events)
        {
            Record(happened);
        }
    }

    /// <summary>Notices what has changed since the last event.</summary>
    private void Poll()
    {
        if (lab.HasGroup && lab.Group.Current is var current && !ReferenceEquals(current, known)
            && current.FindVolume(volumeName) is not null)
        {
            known = current;
            ConfigurationView view = ViewOf(current, lab.Group.Generation);
            ConfigurationView last = History.State.View;
            before = places;
            Locate(current);
            foreach (PlexView plex in view.Plexes)
            {
                if (last.Find(plex.Name) is null || last.Length < view.Length)
                {
                    Load(plex.Name);
                }
            }

            History.Record(new Committed(view));
            ReadLog();
            ReadMaps();
        }

        if (copies.IsRunning && lab.Simulator.Elapsed - History.State.Time >= TimeStep)
        {
            History.Record(new TimePassed(lab.Simulator.Elapsed));
        }

        foreach (HistoryEvent happened in copies.Poll(lab.Simulator.Elapsed, answers, isDisturbed))
        {
            History.Record(happened);
        }
    }

    private void Land(string lun, PlexPlace place, bool isForced, IoStatus status)
    {
        if (place.IsLog)
        {
            ReadLog();
            return;
        }

        ReadMaps();
        int first = Sector(place.PlexOffset);
        History.Record(new PlexWritten(place.Plex, lun, first, Stamps(lun, place))
        {
            IsForced = isForced,
            HasFailed = status != IoStatus.Success,
        });
        if (status != IoStatus.Success)
        {
            History.Record(new PlexWriteFailed(place.Plex, first, Sector(place.Length)));
        }
    }

    /// <summary>Which plexes are of this volume, and where they lie. One that has been dissociated is still of the
    /// volume that had it.</summary>
    private void Locate(GroupConfiguration configuration)
    {
        RecordId? volume = configuration.FindVolume(volumeName)?.Id;
        ours.UnionWith(configuration.Plexes.Values.Where(plex => plex.VolumeId == volume).Select(plex => plex.Id));
        places = PlacesOf(configuration, plex => ours.Contains(plex.Id));
        neighbours = lab.Volumes.Count == 1 && !lab.Shape.HasDco
            ? PlexPlaces.None
            : PlacesOf(configuration, plex => !ours.Contains(plex.Id));
    }

    private PlexPlaces PlacesOf(GroupConfiguration configuration, Func<PlexRecord, bool> isMeant) => PlexPlaces.Of(
        configuration,
        isMeant,
        disk =>
        {
            (Simulation.SimulatedDisk found, long publicOffset) = lab.Find(configuration.Disks[disk]);
            return (found.Name, publicOffset);
        });

    private ConfigurationView ViewOf(GroupConfiguration configuration, long generation) =>
        ConfigurationViews.Of(lab, configuration, volumeName, ours, generation);

    /// <summary>Reads the detach maps from the media of their disks.</summary>
    private void ReadMaps()
    {
        if (lab.Shape.HasDco && known is { } configuration
            && configuration.FindVolume(volumeName) is { } volume)
        {
            foreach (DetachMarks marks in maps.Poll(configuration, volume))
            {
                History.Record(marks);
            }
        }
    }
}
