using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Proof.Histories;

/// <summary>The copies of the host that is up, by their maps.</summary>
internal sealed class CopyFeed
{
    private readonly Dictionary<CopyMap, Running> running = [];
    private readonly Dictionary<long, int> held = [];
    private int count;

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
        return new CopyBegan(count, plex, Claimed(map)) { Workers = options.Workers };
    }

    /// <summary>A copy holds a range.</summary>
    public IReadOnlyList<HistoryEvent> Hold(CopyMap map, ByteRange range)
    {
        if (!running.TryGetValue(map, out Running? copy))
        {
            return [];
        }

        held[range.Offset] = copy.Number;
        return [new CopyHeld(copy.Number, Sector(range.Offset), Sector(range.Length))];
    }

    /// <summary>A copy has released the range that begins there.</summary>
    public IReadOnlyList<HistoryEvent> Release(long offset) =>
        held.Remove(offset, out int copy) ? [new CopyReleased(copy, Sector(offset), 0)] : [];

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

    /// <summary>What copies tell about themselves since the last time.</summary>
    public IReadOnlyList<HistoryEvent> Poll()
    {
        List<HistoryEvent>? events = null;
        foreach (Running copy in running.Values)
        {
            if (copy.Task is not { } task || copy.HasEnded)
            {
                continue;
            }

            if (task.Current != copy.Told)
            {
                copy.Told = task.Current;
                (events ??= []).Add(new CopyProgressed(copy.Number, task.Current, task.End));
            }

            if (task.IsEnded)
            {
                copy.HasEnded = true;
                (events ??= []).Add(new CopyEnded(copy.Number, copy.Plex, EndingOf(task.State)));
            }
        }

        return events ?? (IReadOnlyList<HistoryEvent>)[];
    }

    private static CopyEnding EndingOf(TaskState state) => state switch
    {
        TaskState.Completed => CopyEnding.Completed,
        TaskState.Aborted => CopyEnding.Aborted,
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
    }
}
