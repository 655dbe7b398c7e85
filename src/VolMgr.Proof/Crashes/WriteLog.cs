using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Proof.Crashes;

/// <summary>
/// Every write and flush of all disks of a lab, so that what the disks hold after any loss of power can be made from it
/// without running anything again.
/// </summary>
internal sealed class WriteLog
{
    private const int PageSize = 4096;

    private readonly List<LoggedWrite> landed = [];
    private readonly List<LoggedWrite> inFlight = [];
    private readonly SortedSet<(string Lun, long Page)> touched = [];
    private int count;

    /// <summary>Is told when a write or flush is done on a disk, before the host has its answer.</summary>
    public Action? Reached { get; set; }

    /// <summary>What the disks hold now of what they were told, in order; the last of them are in flight.</summary>
    public IReadOnlyList<(LoggedWrite Write, bool IsDurable)> Now =>
        [.. landed.Select(write => (write, write.IsDurable)), .. inFlight.Select(write => (write, false))];

    /// <summary>The way to a disk that is logged here.</summary>
    public IExtentDevice Over(IExtentDevice disk, string lun) => new Recorder(this, disk, lun);

    /// <summary>Forgets what has landed so far and returns what it made of the disks; all of it counts as durable.
    /// </summary>
    public IReadOnlyList<LoggedWrite> Rebase(IReadOnlyDictionary<string, SimulatedDisk> disks)
    {
        Invariant.Holds(inFlight.Count == 0);
        List<LoggedWrite> pages = [];
        foreach ((string lun, long page) in touched)
        {
            byte[] content = new byte[PageSize];
            disks[lun].Peek(page * PageSize, content);
            byte[]? data = content.AsSpan().IndexOfAnyExcept((byte)0) < 0 ? null : content;
            pages.Add(new LoggedWrite(0, lun, page * PageSize, PageSize, data, IsForced: false));
        }

        landed.Clear();
        return pages;
    }

    private LoggedWrite Submit(string lun, long offset, long length, byte[]? data, WriteFlags flags)
    {
        LoggedWrite write = new(
            ++count, lun, offset, length, data, flags.HasFlag(WriteFlags.ForceUnitAccess));
        inFlight.Add(write);
        for (long page = offset / PageSize; page * PageSize < offset + length; page++)
        {
            touched.Add((lun, page));
        }

        return write;
    }

    private IoStatus Land(LoggedWrite write, IoStatus status)
    {
        Reached?.Invoke();
        inFlight.Remove(write);
        landed.Add(write);
        write.IsDurable = write.IsForced && status == IoStatus.Success;
        return status;
    }

    private IoStatus Flush(IReadOnlyList<LoggedWrite> covered, IoStatus status)
    {
        Reached?.Invoke();
        foreach (LoggedWrite write in covered)
        {
            write.IsDurable |= status == IoStatus.Success;
        }

        return status;
    }

    private sealed class Recorder(WriteLog log, IExtentDevice disk, string lun) : IExtentDevice
    {
        public long Length => disk.Length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            disk.ReadAsync(offset, buffer, token);

        public async ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
        {
            LoggedWrite write = log.Submit(lun, offset, data.Length, data.ToArray(), flags);
            return log.Land(write, await disk.WriteAsync(offset, data, flags, token));
        }

        public async ValueTask<IoStatus> ZeroAsync(
            long offset, long length, WriteFlags flags, CancellationToken token)
        {
            LoggedWrite write = log.Submit(lun, offset, length, null, flags);
            return log.Land(write, await disk.ZeroAsync(offset, length, flags, token));
        }

        public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
            ZeroAsync(offset, length, WriteFlags.None, token);

        public async ValueTask<IoStatus> FlushAsync(CancellationToken token)
        {
            LoggedWrite[] covered = [.. log.landed.Where(write => write.Lun == lun && !write.IsDurable)];
            return log.Flush(covered, await disk.FlushAsync(token));
        }

        public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
            disk.NextExtentAsync(offset, length, token);

        public ValueTask DisposeAsync() => disk.DisposeAsync();
    }
}
