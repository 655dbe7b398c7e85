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
    private readonly List<TaskCompletionSource<bool>> waiters = [];
    private long version;
    private long durable;
    private bool isWriting;

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
        }

        return loaded;
    }

    /// <summary>Maps that the records name and nobody can read: the first write gives them up, or fails.</summary>
    public static DetachMaps Broken(
        IBlockDevice absent, DetachMapGeometry geometry, IEnumerable<int> used, Func<Task<bool>> giveUp)
    {
        var broken = new DetachMaps(absent, geometry, giveUp);
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

    /// <summary>What was written since the map was begun; null if it is not in use.</summary>
    public IReadOnlyList<ByteRange>? Marked(int map, long volumeLength)
    {
        lock (sync)
        {
            return maps.GetValueOrDefault(map)?.Marked(volumeLength);
        }
    }

    /// <summary>
    /// Marks a range in all maps that are in use, durably. False when that failed and could not be recorded: the write
    /// must not go on.
    /// </summary>
    public ValueTask<bool> MarkAsync(long offset, long length)
    {
        TaskCompletionSource<bool> done;
        lock (sync)
        {
            if (maps.Count == 0 || !MarkUnsynchronized(new ByteRange(offset, length)))
            {
                return ValueTask.FromResult(true);
            }

            done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiters.Add(done);
            if (isWriting)
            {
                return new ValueTask<bool>(done.Task);
            }

            isWriting = true;
        }

        return new ValueTask<bool>(WriteAsync(done.Task));
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

    private async Task<bool> WriteAsync(Task<bool> mine)
    {
        bool goesOn = true;
        while (goesOn)
        {
            long reached;
            int served;
            List<(long Offset, byte[] Page)> pages;
            lock (sync)
            {
                reached = version;
                served = waiters.Count;
                pages = [.. pending.Where(page => maps.ContainsKey(page.Map))
                    .OrderBy(page => page)
                    .Select(page => (
                        geometry.OffsetOf(page.Map, page.Page), maps[page.Map].Page(page.Page).ToArray()))];
                pending.Clear();
            }

            bool isDurable = await WritePagesAsync(pages) || await GiveUpAsync();
            lock (sync)
            {
                durable = isDurable ? reached : durable;
                waiters[..served].ForEach(waiter => waiter.TrySetResult(isDurable));
                waiters.RemoveRange(0, served);
                goesOn = waiters.Count > 0;
                isWriting = goesOn;
            }
        }

        return await mine;
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
        lock (sync)
        {
            if (isRecorded)
            {
                maps.Clear();
            }
            else
            {
                // What is marked in memory and not durable is tried again by the next writer.
                pending.UnionWith(versions.Where(page => page.Value > durable).Select(page => page.Key));
            }
        }

        return isRecorded;
    }
}
