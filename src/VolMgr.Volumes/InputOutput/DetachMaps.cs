using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// FastResync: the detach maps of a started volume, kept on the log volume of its DCO.
/// </summary>
/// <remarks>
/// What always holds: while a map is in use, a region's bit is durable before data of the region goes to any plex. So
/// whatever differs between the volume and the plex that the map is for lies in marked regions, after a crash too, and
/// the plex comes back by copying these. Bits are never cleared while the map is in use. When a bit cannot be made
/// durable, the maps are given up, durably, before the write goes on: the plexes come back by full copies then.
/// <para>Writers who wait for the log together share one write of each page. The order of gates is: volume, then log
/// volume; nobody who holds the gate of the log volume waits for that of the volume.</para>
/// </remarks>
internal sealed class DetachMaps(IBlockDevice log, DetachMapGeometry geometry, Func<Task<bool>> giveUp)
{
    private readonly Lock sync = new();
    private readonly Dictionary<int, DetachMap> maps = [];
    private readonly Dictionary<(int Map, int Page), long> versions = [];
    private readonly HashSet<(int Map, int Page)> pending = [];
    private readonly Queue<TaskCompletionSource<Turn>> waiters = [];
    private long version;
    private long durable;
    private bool isWriting;
    private bool isBroken;

    /// <summary>What a writer that waits is told.</summary>
    private enum Turn
    {
        /// <summary>Its marks are durable, or nobody believes the maps any more.</summary>
        Durable = 1,

        /// <summary>Neither could be reached.</summary>
        Failed = 2,

        /// <summary>It writes for all that wait.</summary>
        Write = 3,
    }

    /// <summary>Reads the maps that are in use; null when one of them cannot be read.</summary>
    public static async Task<DetachMaps?> LoadAsync(
        IBlockDevice log, DetachMapGeometry geometry, IReadOnlyCollection<int> used, Func<Task<bool>> giveUp)
    {
        var loaded = new DetachMaps(log, geometry, giveUp);
        foreach (int map in used)
        {
            byte[] bits = new byte[geometry.PagesPerMap * DetachMapGeometry.PageSize];
            IoStatus status = await log.ReadAsync(geometry.OffsetOf(map, 0), bits, CancellationToken.None);
            if (status != IoStatus.Success)
            {
                return null;
            }

            loaded.maps.Add(map, new DetachMap(geometry, bits));
            loaded.Mistrust(map, bits);
        }

        return loaded;
    }

    /// <summary>Maps that the records name and nobody can read: the first write gives them up, or fails.</summary>
    public static DetachMaps Broken(
        IBlockDevice absent, DetachMapGeometry geometry, IEnumerable<int> used, Func<Task<bool>> giveUp)
    {
        var broken = new DetachMaps(absent, geometry, giveUp) { isBroken = true };
        foreach (int map in used)
        {
            broken.maps.Add(
                map, new DetachMap(geometry, new byte[geometry.PagesPerMap * DetachMapGeometry.PageSize]));
        }

        return broken;
    }

    /// <summary>Clears a map on the log volume, durably, and takes it into use. Called with the volume's gate closed
    /// and its plexes flushed; if the records do not say so in the end, <see cref="Keep"/> gives it up
    /// again.</summary>
    public async Task<bool> BeginAsync(int map)
    {
        byte[] bits = new byte[geometry.PagesPerMap * DetachMapGeometry.PageSize];
        IoStatus status = await log.WriteAsync(
            geometry.OffsetOf(map, 0), bits, WriteFlags.ForceUnitAccess, CancellationToken.None);
        if (status != IoStatus.Success)
        {
            return false;
        }

        lock (sync)
        {
            maps[map] = new DetachMap(geometry, bits);
            foreach ((int Map, int Page) page in versions.Keys.Where(page => page.Map == map).ToList())
            {
                versions.Remove(page);
            }
        }

        return true;
    }

    /// <summary>Only these maps stay in use. Called with the volume's gate closed.</summary>
    public void Keep(IReadOnlyCollection<int> used)
    {
        lock (sync)
        {
            foreach (int map in maps.Keys.Where(map => !used.Contains(map)).ToList())
            {
                maps.Remove(map);
            }
        }
    }

    /// <summary>What was written since the map was begun; null if it is not in use, or nobody can read it.</summary>
    public IReadOnlyList<ByteRange>? Marked(int map, long volumeLength)
    {
        lock (sync)
        {
            return isBroken ? null : maps.GetValueOrDefault(map)?.Marked(volumeLength);
        }
    }

    /// <summary>
    /// Marks a range in all maps that are in use, durably. False when that failed and could not be recorded: the write
    /// must not go on.
    /// </summary>
    public ValueTask<bool> MarkAsync(long offset, long length)
    {
        TaskCompletionSource<Turn> mine;
        lock (sync)
        {
            if (maps.Count == 0 || !MarkUnsynchronized(new ByteRange(offset, length)))
            {
                return ValueTask.FromResult(true);
            }

            mine = new TaskCompletionSource<Turn>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (isWriting)
            {
                waiters.Enqueue(mine);
            }
            else
            {
                isWriting = true;
                mine.SetResult(Turn.Write);
            }
        }

        return new ValueTask<bool>(WaitAsync(mine.Task));
    }

    /// <summary>What was read may be in a cache only, written by a request that a crash cut off: before a region that
    /// is marked there is relied on, its page is written.</summary>
    private void Mistrust(int map, byte[] bits)
    {
        for (int page = 0; page < geometry.PagesPerMap; page++)
        {
            if (bits.AsSpan(page * DetachMapGeometry.PageSize, DetachMapGeometry.PageSize).ContainsAnyExcept((byte)0))
            {
                versions[(map, page)] = ++version;
                pending.Add((map, page));
            }
        }
    }

    /// <summary>Whether something has to be waited for.</summary>
    private bool MarkUnsynchronized(ByteRange range)
    {
        bool waits = false;
        List<int> changed = [];
        foreach ((int number, DetachMap map) in maps)
        {
            changed.Clear();
            map.Mark(range, changed);
            foreach (int page in changed)
            {
                versions[(number, page)] = ++version;
                pending.Add((number, page));
            }

            (int first, int last) = map.PagesOf(range);
            for (int page = first; page <= last; page++)
            {
                waits |= versions.GetValueOrDefault((number, page)) > durable;
            }
        }

        return waits;
    }

    private async Task<bool> WaitAsync(Task<Turn> mine)
    {
        Turn turn = await mine;
        return turn == Turn.Write ? await WriteAsync() : turn == Turn.Durable;
    }

    /// <summary>Writes what is pending, once, for all that wait; the first who came meanwhile writes next.</summary>
    private async Task<bool> WriteAsync()
    {
        long reached;
        TaskCompletionSource<Turn>[] served;
        List<(long Offset, byte[] Page)> pages;
        lock (sync)
        {
            reached = version;
            served = [.. waiters];
            waiters.Clear();
            pages = [.. pending.Where(page => maps.ContainsKey(page.Map))
                .OrderBy(page => page)
                .Select(page => (
                    geometry.OffsetOf(page.Map, page.Page), maps[page.Map].Page(page.Page).ToArray()))];
            pending.Clear();
        }

        bool isDurable = false;
        try
        {
            isDurable = await WritePagesAsync(pages) || await GiveUpAsync();
        }
        finally
        {
            TaskCompletionSource<Turn>? next;
            lock (sync)
            {
                durable = isDurable ? reached : durable;
                if (!isDurable)
                {
                    // What is marked in memory and not durable is tried again by the next writer.
                    pending.UnionWith(versions.Where(page => page.Value > durable).Select(page => page.Key));
                }

                isWriting = waiters.TryDequeue(out next);
            }

            next?.SetResult(Turn.Write);
            Array.ForEach(served, waiter => waiter.SetResult(isDurable ? Turn.Durable : Turn.Failed));
        }

        return isDurable;
    }

    private async Task<bool> WritePagesAsync(List<(long Offset, byte[] Page)> pages)
    {
        StatusGather gather = default;
        foreach ((long offset, byte[] page) in pages)
        {
            gather.Add(log.WriteAsync(offset, page, WriteFlags.ForceUnitAccess, CancellationToken.None));
        }

        return await gather.EndAsync() == IoStatus.Success;
    }

    /// <summary>The log volume does not take marks: that the maps know less than was written is durable first, then
    /// writes go on without them.</summary>
    private async Task<bool> GiveUpAsync()
    {
        bool isRecorded = await giveUp();
        if (isRecorded)
        {
            lock (sync)
            {
                maps.Clear();
            }
        }

        return isRecorded;
    }
}
