using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// The dirty region log of a volume: which regions have writes in flight, or had some lately. After a crash only these
/// have to be made equal.
/// </summary>
/// <remarks>
/// What always holds: a region's bit is durable, on every log plex that is in, before data of the region goes to any
/// plex. A bit is cleared only when no write is in the region, and every plex that takes writes was flushed after the
/// last one ended; regions found dirty at a start keep their bits until recovery has made them equal and flushed. A log
/// plex that cannot be written is durably out before the write goes on; with the last one the log is off, and a crash
/// means full recovery.
/// <para>Marks that arrive together share one write of the log (<c>DirtyRegionCommits</c>). Clearing is lazy, so that a
/// busy region is marked once (<c>DirtyRegionClearing</c>). A mark that finds no room waits in the order of arrival.
/// Format: <c>DirtyRegionLogPage</c>.</para>
/// </remarks>
public sealed class DirtyRegionLog
{
    private readonly Lock sync = new();
    private readonly EngineServices engine;
    private readonly DirtyRegionLogGeometry geometry;
    private readonly DirtyRegionTable table;
    private readonly DirtyRegionLogStorage storage;
    private readonly DirtyRegionCommits commits;
    private readonly DirtyRegionClearing clearing;
    private readonly Queue<TaskCompletionSource> roomWaiters = new();
    private readonly List<(int First, int Last)> held = [];

    internal DirtyRegionLog(DirtyRegionLogStorage storage, DirtyRegionLogGeometry geometry, EngineServices engine)
    {
        this.storage = storage;
        this.geometry = geometry;
        this.engine = engine;
        table = new DirtyRegionTable(geometry);
        commits = new DirtyRegionCommits(sync, table, storage, engine.Time);
        clearing = new DirtyRegionClearing(sync, table, commits, engine);
    }

    /// <summary>Whether a log plex is left; without one, marks cost nothing and a crash means full recovery.</summary>
    public bool IsEnabled => storage.IsEnabled;

    /// <summary>Whether the log plex takes marks.</summary>
    internal bool Holds(RecordId plex) => storage.Holds(plex);

    /// <summary>Bytes of a region.</summary>
    public long RegionSize => geometry.RegionSize;

    /// <summary>Regions that are dirty now.</summary>
    public int DirtyCount
    {
        get
        {
            lock (sync)
            {
                return table.Count;
            }
        }
    }

    /// <summary>The same as its bitmap in memory has it, and the regions that are in use; for who checks it.</summary>
    internal (int Bits, int Busy) Accounts
    {
        get
        {
            lock (sync)
            {
                return (table.BitCount, table.BusyCount);
            }
        }
    }

    /// <summary>
    /// Lays out a clean log for a volume on its log plexes. Null when none of them could be written. The volume must
    /// have been flushed, or hold nothing, before the configuration says that this log counts.
    /// </summary>
    public static async Task<DirtyRegionLog?> FormatAsync(
        IReadOnlyList<LogPlex> plexes, long volumeLength, EngineServices engine, bool isSequential = false)
    {
        var layout = new DirtyRegionLogGeometry(volumeLength) { IsSequential = isSequential };
        DirtyRegionLogStorage? formatted = await DirtyRegionLogStorage.FormatAsync(
            plexes, layout, engine.Identities.NewGuid());
        return formatted is null ? null : new DirtyRegionLog(formatted, layout, engine);
    }

    /// <summary>Reads the log of a volume that is being started. What is dirty stays so until the volume's recovery has
    /// ended.</summary>
    public static async Task<DirtyRegionLogReading> LoadAsync(
        IReadOnlyList<LogPlex> plexes, long volumeLength, EngineServices engine, bool isSequential = false)
    {
        var layout = new DirtyRegionLogGeometry(volumeLength) { IsSequential = isSequential };
        (DirtyRegionLogStorage? loaded, byte[] bits) = await DirtyRegionLogStorage.LoadAsync(plexes, layout);
        if (loaded is null)
        {
            return new DirtyRegionLogReading(
                null, [new ByteRange(0, volumeLength)], [.. plexes.Select(plex => plex.Id)]);
        }

        var log = new DirtyRegionLog(loaded, layout, engine);
        List<ByteRange> dirty = log.Hold(bits);
        return new DirtyRegionLogReading(
            log, dirty, [.. plexes.Select(plex => plex.Id).Where(plex => !loaded.Holds(plex))]);
    }

    /// <summary>
    /// Counts a user of the range's regions and makes their bits durable. False when that failed and could not be
    /// recorded: the write must not go on, and nothing is counted.
    /// </summary>
    internal ValueTask<bool> MarkAsync(long offset, long length)
    {
        (int first, int last) = RegionsOf(offset, length);
        bool hasRoom;
        lock (sync)
        {
            hasRoom = roomWaiters.Count == 0 && table.HasRoom(first, last);
            if (hasRoom && commits.IsDurableUnsynchronized(table.Use(first, last)))
            {
                return ValueTask.FromResult(true);
            }
        }

        return hasRoom ? CommitMarkAsync(first, last) : MarkWhenRoomAsync(first, last);
    }

    /// <summary>Ends a use that <see cref="MarkAsync"/> counted.</summary>
    internal void Drop(long offset, long length)
    {
        (int first, int last) = RegionsOf(offset, length);
        DropRegions(first, last);
    }

    /// <summary>The volume takes the log into use.</summary>
    internal void Bind(VolumeCore volume) => commits.Core = volume;

    /// <summary>Recovery has made everything equal that was dirty at the start, and flushed it.</summary>
    internal void ReleaseHeld()
    {
        (int First, int Last)[] released;
        lock (sync)
        {
            released = [.. held];
            held.Clear();
        }

        foreach ((int first, int last) in released)
        {
            DropRegions(first, last);
        }
    }

    /// <summary>Clears what is idle now; the volume's plexes are flushed first. Tests and a clean stop call
    /// it.</summary>
    internal Task ClearIdleAsync() => clearing.ClearAsync(static _ => true);

    /// <summary>Another log takes its place, or none: nothing is written any more. Called with nothing in
    /// flight.</summary>
    internal void Retire()
    {
        _ = clearing.EndAsync();
        Keep([]);
    }

    /// <summary>Gives up the log plexes that are not named: nothing of this log reaches their disks any more. Called
    /// with nothing in flight, after it is durable that they are out.</summary>
    internal void Keep(IReadOnlyCollection<RecordId> kept) => storage.Keep(kept);

    /// <summary>The volume stops, with nothing in flight. Clears all bits if the plexes were flushed.</summary>
    internal async Task CloseAsync(bool clear)
    {
        await clearing.EndAsync();
        if (!clear || !storage.IsEnabled)
        {
            return;
        }

        lock (sync)
        {
            table.Clean(table.Idle(static _ => true));
        }

        await commits.CommitAsync();
    }

    private (int First, int Last) RegionsOf(long offset, long length) =>
        (commits.Core?.Steps ?? DataPathSteps.Default).DirtyRegions(offset, length, geometry.RegionSize);

    private List<ByteRange> Hold(byte[] bits)
    {
        List<ByteRange> dirty = [];
        for (int region = 0; region < geometry.RegionCount; region++)
        {
            if ((bits[region / 8] & (1 << (region % 8))) != 0)
            {
                table.Use(region, region);
                held.Add((region, region));
                long offset = region * geometry.RegionSize;
                dirty.Add(new ByteRange(offset, Math.Min(geometry.RegionSize, geometry.VolumeLength - offset)));
            }
        }

        commits.AdoptUnsynchronized();
        return dirty;
    }

    private async ValueTask<bool> MarkWhenRoomAsync(int first, int last)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isFirst;
        lock (sync)
        {
            roomWaiters.Enqueue(turn);
            isFirst = roomWaiters.Count == 1;
        }

        if (!isFirst)
        {
            await turn.Task;
        }

        // First in the queue: clears what is idle until there is room, then lets the next one try.
        while (!TryUseRoom(first, last))
        {
            await clearing.ClearAsync(static _ => true);
            await engine.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        }

        TaskCompletionSource? next;
        lock (sync)
        {
            roomWaiters.TryPeek(out next);
        }

        next?.TrySetResult();
        return await CommitMarkAsync(first, last);
    }

    private bool TryUseRoom(int first, int last)
    {
        lock (sync)
        {
            if (!table.HasRoom(first, last))
            {
                return false;
            }

            table.Use(first, last);
            roomWaiters.Dequeue();
            return true;
        }
    }

    private async ValueTask<bool> CommitMarkAsync(int first, int last)
    {
        bool isDurable = await commits.CommitAsync();
        if (!isDurable)
        {
            DropRegions(first, last);
        }

        return isDurable;
    }

    private void DropRegions(int first, int last)
    {
        lock (sync)
        {
            table.Drop(first, last, engine.Time.GetTimestamp());
            clearing.BeginUnsynchronized();
        }
    }
}
