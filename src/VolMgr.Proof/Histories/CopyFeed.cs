using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Proof.Histories;

/// <summary>The copies of the host that is up, by their maps.</summary>
internal sealed class CopyFeed
{
    private readonly Dictionary<CopyMap, Running> running = [];
    private readonly HashSet<(CopyMap Map, long Offset)> held = [];
    private int count;

    /// <summary>How long a copy may stand still while so many requests of clients are answered.</summary>
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(2);
    private const int ManyAnswers = 64;

    /// <summary>The host is dead: what its copies still do is nobody's.</summary>
    public void Clear()
    {
        running.Clear();
        held.Clear();
    }

    /// <summary>Counts on from another one.</summary>
    public void Continue(CopyFeed other) => count = other.count;

    /// <summary>A copy begins with what its map has from an earlier run.</summary>
    public CopyBegan Begin(PlexCopyOptions options, CopyMap map, string plex)
    {
        running[map] = new Running(++count, plex, options.Task);
        return new CopyBegan(count, plex, Claimed(map))
        {
            Workers = options.Workers,
            SectorsPerSecond = options.Throttle.BandwidthLimit / Stamp.SectorSize,
            Step = Sector(options.IoSize),
        };
    }

    /// <summary>A copy holds a range.</summary>
    public IReadOnlyList<HistoryEvent> Hold(CopyMap map, ByteRange range)
    {
        if (!running.TryGetValue(map, out Running? copy))
        {
            return [];
        }

        held.Add((map, range.Offset));
        return [new CopyHeld(copy.Number, Sector(range.Offset), Sector(range.Length))];
    }

    /// <summary>A copy has released a range.</summary>
    public IReadOnlyList<HistoryEvent> Release(CopyMap map, ByteRange range) =>
        held.Remove((map, range.Offset)) && running.TryGetValue(map, out Running? copy)
            ? [new CopyReleased(copy.Number, Sector(range.Offset), 0)]
            : [];

    /// <summary>A copy has marked a range.</summary>
    public IReadOnlyList<HistoryEvent> Mark(CopyMap map, ByteRange range)
    {
        if (!running.TryGetValue(map, out Running? copy))
        {
            return [];
        }

        List<HistoryEvent> events =
            [new CopyMarked(copy.Number, Sector(range.Offset), Sector(range.Length), Sector(map.Done))];

        // the maps of the others are what they were
        events.AddRange(running.Where(other => other.Key != map && !other.Value.HasEnded)
            .Select(other => new CopyMarked(other.Value.Number, 0, 0, Sector(other.Key.Done))));
        return events;
    }

    /// <summary>Whether a copy runs.</summary>
    public bool IsRunning => running.Values.Any(copy => !copy.HasEnded);

    /// <summary>What copies tell about themselves since the last time.</summary>
    public IReadOnlyList<HistoryEvent> Poll(TimeSpan now, long answers, bool isDisturbed)
    {
        List<HistoryEvent>? events = null;
        foreach (Running copy in running.Values)
        {
            if (copy.Task is not { } task || copy.HasEnded)
            {
                continue;
            }

            if (copy.Starves(now, answers, isDisturbed) is { } time)
            {
                (events ??= []).Add(new CopyStarved(copy.Number, time));
            }

            if (task.Current != copy.Told)
            {
                copy.Told = task.Current;
                (events ??= []).Add(new CopyProgressed(copy.Number, task.Current, task.End));
            }

            if (task.IsEnded)
            {
                copy.HasEnded = true;
                (events ??= []).Add(new CopyEnded(copy.Number, copy.Plex, EndingOf(task)));
            }
        }

        return events ?? (IReadOnlyList<HistoryEvent>)[];
    }

    private static CopyEnding EndingOf(VolumeTask task) => task.State switch
    {
        TaskState.Completed => CopyEnding.Completed,
        // one that a stop of the volume ended goes on at the next start
        TaskState.Aborted when task.AbortToken.IsCancellationRequested => CopyEnding.Aborted,
        _ => CopyEnding.Failed,
    };

    private static int Sector(long bytes) => (int)(bytes / Stamp.SectorSize);

    private static List<(int First, int Count)> Claimed(CopyMap map)
    {
        List<(int, int)> claimed = [];
        long offset = 0;
        while (offset < map.VolumeLength)
        {
            ByteRange unmarked = map.NextUnmarked(offset);
            if (unmarked.Offset > offset)
            {
                claimed.Add((Sector(offset), Sector(unmarked.Offset - offset)));
            }

            offset = unmarked.Length == 0 ? map.VolumeLength : unmarked.End;
        }

        return claimed;
    }

    private sealed class Running(int number, string plex, VolumeTask? task)
    {
        public int Number { get; } = number;

        public string Plex { get; } = plex;

        public VolumeTask? Task { get; } = task;

        public long Told { get; set; } = -1;

        public bool HasEnded { get; set; }

        private TimeSpan? since;
        private long answered;

        /// <summary>How long it has stood still although nothing holds it back and clients have their answers; null
        /// while that is not too long.</summary>
        public TimeSpan? Starves(TimeSpan now, long answers, bool isDisturbed)
        {
            if (since is null || isDisturbed || Task?.Current != Told
                || Task is not { State: TaskState.Running, SlowMs: 0 })
            {
                (since, answered) = (now, answers);
            }

            return now - since > LongestStandstill && answers - answered >= ManyAnswers ? now - since : null;
        }
    }
}
