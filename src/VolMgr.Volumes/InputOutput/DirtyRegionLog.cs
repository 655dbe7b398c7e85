using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.InputOutput;

/// <summary>A log plex that holds a copy of the dirty region log.</summary>
/// <param name="Id">Its record.</param>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Device">Its address space.</param>
public sealed record LogPlex(RecordId Id, string Name, PlexDevice Device);

/// <summary>What was found in a log when a volume is started.</summary>
/// <param name="Log">The log, to be given to the volume; null when no log plex holds a valid one: then everything is
/// dirty.</param>
/// <param name="Dirty">The ranges that may differ between plexes.</param>
/// <param name="Lost">Log plexes that could not be read or hold something else. They take no marks from now on, so the
/// group has to detach them durably before the volume is written.</param>
public sealed record DirtyRegionLogReading(
    DirtyRegionLog? Log, IReadOnlyList<ByteRange> Dirty, IReadOnlyList<RecordId> Lost);

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
/// <para>Marks that arrive together share one write of the log. Clearing is lazy, so that a busy region is marked once.
/// Format: <c>DirtyRegionLogPage</c>.</para>
/// </remarks>
public sealed class DirtyRegionLog
{
    private readonly Lock sync = new();
    private readonly EngineServices engine;
    private readonly DirtyRegionLogGeometry geometry;
    private readonly DirtyRegionTable table;
    private readonly DirtyRegionLogStorage storage;
    private readonly List<(long Version, TaskCompletionSource<bool> Done)> commitWaiters = [];
    private readonly Queue<TaskCompletionSource> roomWaiters = new();
    private readonly CancellationTokenSource retired = new();
    private readonly List<(int First, int Last)> held = [];
    private VolumeCore? core;
    private long durable;
    private bool isCommitting;
    private Task clearing = Task.CompletedTask;
    private bool isClearing;

    internal DirtyRegionLog(DirtyRegionLogStorage storage, DirtyRegionLogGeometry geometry, EngineServices engine)
    {
        this.storage = storage;
        this.geometry = geometry;
        this.engine = engine;
        table = new DirtyRegionTable(geometry);
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

    /// <summary>
    /// Lays out a clean log for a volume on its log plexes. Null when none of them could be written. The volume must
    /// have been flushed, or hold nothing, before the configuration says that this log counts.
    /// </summary>
    public static async Task<DirtyRegionLog?> FormatAsync(
        IReadOnlyList<LogPlex> plexes, long volumeLength, EngineServices engine)
    {
        var layout = new DirtyRegionLogGeometry(volumeLength);
        DirtyRegionLogStorage? formatted = await DirtyRegionLogStorage.FormatAsync(
            plexes, layout, engine.Identities.NewGuid());
        return formatted is null ? null : new DirtyRegionLog(formatted, layout, engine);
    }

    /// <summary>Reads the log of a volume that is being started. What is dirty stays so until the volume's recovery has
    /// ended.</summary>
    public static async Task<DirtyRegionLogReading> LoadAsync(
        IReadOnlyList<LogPlex> plexes, long volumeLength, EngineServices engine)
    {
        var layout = new DirtyRegionLogGeometry(volumeLength);
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
        long? needed = null;
        lock (sync)
        {
            if (roomWaiters.Count == 0 && table.HasRoom(first, last))
            {
                needed = table.Use(first, last);
                if (durable >= needed || !storage.IsEnabled)
                {
                    return ValueTask.FromResult(true);
                }
            }
        }

        return needed is { } version ? CommitMarkAsync(first, last, version) : MarkWhenRoomAsync(first, last);
    }

    /// <summary>Ends a use that <see cref="MarkAsync"/> counted.</summary>
    internal void Drop(long offset, long length)
    {
        (int first, int last) = RegionsOf(offset, length);
        DropRegions(first, last);
    }

    /// <summary>The volume takes the log into use.</summary>
    internal void Bind(VolumeCore volume) => core = volume;

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
    internal Task ClearIdleAsync() => ClearAsync(static _ => true);

    /// <summary>Another log takes its place, or none: nothing is written any more. Called with nothing in
    /// flight.</summary>
    internal void Retire()
    {
        EndClearing();
        Keep([]);
    }

    /// <summary>Gives up the log plexes that are not named: nothing of this log reaches their disks any more. Called
    /// with nothing in flight, after it is durable that they are out.</summary>
    internal void Keep(IReadOnlyCollection<RecordId> kept) => storage.Keep(kept);

    /// <summary>The volume stops, with nothing in flight. Clears all bits if the plexes were flushed.</summary>
    internal async Task CloseAsync(bool clear)
    {
        EndClearing();
        await clearing;
        if (!clear || !storage.IsEnabled)
        {
            return;
        }

        lock (sync)
        {
            table.Clean(table.Idle(static _ => true));
        }

        await CommitAsync(0);
    }

    // Not CancelAsync: it hops to the pool. Nothing but a delay listens.
    private void EndClearing() => retired.Cancel();

    private (int First, int Last) RegionsOf(long offset, long length) =>
        (core?.Steps ?? DataPathSteps.Default).DirtyRegions(offset, length, geometry.RegionSize);

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

        durable = table.Version;
        table.TakeChangedPages(storage.LogId);
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
        long needed = 0;
        while (needed == 0)
        {
            lock (sync)
            {
                if (table.HasRoom(first, last))
                {
                    needed = table.Use(first, last);
                    roomWaiters.Dequeue();
                    break;
                }
            }

            await ClearAsync(static _ => true);
            await engine.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        }

        TaskCompletionSource? next;
        lock (sync)
        {
            roomWaiters.TryPeek(out next);
        }

        next?.TrySetResult();
        return await CommitMarkAsync(first, last, needed);
    }

    private async ValueTask<bool> CommitMarkAsync(int first, int last, long needed)
    {
        bool isDurable = await CommitAsync(needed);
        if (!isDurable)
        {
            DropRegions(first, last);
        }

        return isDurable;
    }

    /// <summary>Waits until the bitmap of that version is durable; whoever comes first writes for all.</summary>
    private Task<bool> CommitAsync(long version)
    {
        TaskCompletionSource<bool> done;
        bool starts;
        lock (sync)
        {
            if (durable >= version && !table.HasChanges)
            {
                return Task.FromResult(true);
            }

            done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            commitWaiters.Add((version, done));
            starts = !isCommitting;
            isCommitting = true;
        }

        return starts ? CommitLoopAsync(done.Task) : done.Task;
    }

    private async Task<bool> CommitLoopAsync(Task<bool> mine)
    {
        while (true)
        {
            long version;
            List<(int Page, byte[] Sector)> pages;
            int waiting;
            lock (sync)
            {
                version = table.Version;
                waiting = commitWaiters.Count;
                pages = table.TakeChangedPages(storage.LogId);
            }

            bool isDurable = await storage.WriteAsync(pages, core);
            lock (sync)
            {
                if (isDurable)
                {
                    durable = Math.Max(durable, version);
                }
                else
                {
                    table.ReturnPages(pages);
                }

                // Every waiter that was there when the pages were taken is served by them.
                for (int index = 0; index < waiting; index++)
                {
                    commitWaiters[index].Done.TrySetResult(isDurable);
                }

                commitWaiters.RemoveRange(0, waiting);
                if (commitWaiters.Count == 0)
                {
                    isCommitting = false;
                    break;
                }
            }
        }

        return await mine;
    }

    private void DropRegions(int first, int last)
    {
        lock (sync)
        {
            table.Drop(first, last, engine.Time.GetTimestamp());
            if (isClearing || !table.HasIdle || retired.IsCancellationRequested || core is null)
            {
                return;
            }

            isClearing = true;
            clearing = engine.StartAsync(ClearLazilyAsync);
        }
    }

    private async Task ClearLazilyAsync()
    {
        while (true)
        {
            try
            {
                await engine.DelayAsync(DirtyRegionLogGeometry.LazyClearDelay, retired.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ClearIfFreeAsync();
            lock (sync)
            {
                if (!table.HasIdle)
                {
                    isClearing = false;
                    return;
                }
            }
        }
    }

    private async Task ClearIfFreeAsync()
    {
        if (core is not { } volume || !volume.Housekeeping.TryBegin())
        {
            return; // a reconfiguration is on its way: next time
        }

        try
        {
            await ClearAsync(since =>
                engine.Time.GetElapsedTime(since) >= DirtyRegionLogGeometry.LazyClearDelay);
        }
        finally
        {
            volume.Housekeeping.End();
        }
    }

    /// <summary>Flushes every plex, then clears the bits of regions that were idle before and still are.</summary>
    private async Task ClearAsync(Func<long, bool> isLongEnough)
    {
        List<(int Index, long Uses)> idle;
        lock (sync)
        {
            idle = table.Idle(isLongEnough);
        }

        if (idle.Count == 0 || core is not { } volume || retired.IsCancellationRequested)
        {
            return;
        }

        // The gate is not entered: a marker that waits for room holds it, and the lazy clearing keeps reconfigurations
        // out. Plexes that join later were copied or start as write-only, and do not depend on these bits.
        IoStatus status = await volume.Steps.FlushBeforeClearAsync(
            () => volume.Flusher.FlushMembersAsync(volume.Gate.Published));
        if (status != IoStatus.Success)
        {
            return;
        }

        await volume.Steps.ReachedAsync(DataPathStep.ClearFlushed, 0, 0);
        lock (sync)
        {
            table.Clean(idle);
        }

        await CommitAsync(0);
    }
}
