using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.InputOutput;

/// <summary>What reached one thing, and how much of that somebody has already written off.</summary>
/// <param name="Now">Since it takes part in a started volume.</param>
/// <param name="Baseline">What that was when it was last reset.</param>
public readonly record struct TalliedIo(VolumeStatistics Now, VolumeStatistics Baseline);

/// <summary>What reached a subdisk.</summary>
/// <param name="DiskId">Its disk.</param>
/// <param name="DiskOffset">Where it begins there, in bytes of the public region.</param>
/// <param name="Io">The numbers.</param>
public readonly record struct SubdiskIo(RecordId DiskId, long DiskOffset, TalliedIo Io);

/// <summary>
/// Counts what reaches a plex and its subdisks, whoever sent it: applications, copies, repairs. An operation counts
/// once for the plex, and once for each piece on a subdisk. Thread-safe without a lock; allocates only for operations
/// that do not complete at once.
/// </summary>
internal sealed class PlexTally(TimeProvider time, PlexMap map)
{
    private readonly Pair whole = new(time);
    private readonly (PlexExtent Extent, Pair Io)[] subdisks =
        [.. map.Extents.Where(extent => extent.DiskId != default).Select(extent => (extent, new Pair(time)))];

    /// <summary>The plex.</summary>
    public TalliedIo Plex => whole.Read();

    /// <summary>Its subdisks.</summary>
    public IReadOnlyList<SubdiskIo> Subdisks => [.. subdisks.Select(each =>
        new SubdiskIo(each.Extent.DiskId, each.Extent.DiskOffset, each.Io.Read()))];

    /// <summary>From now on what was counted is written off.</summary>
    public void Reset()
    {
        whole.Reset();
        foreach ((_, Pair io) in subdisks)
        {
            io.Reset();
        }
    }

    /// <summary>The time at which an operation begins.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>Counts an operation of the plex when it ends.</summary>
    public ValueTask<IoStatus> End(ValueTask<IoStatus> operation, long began, long length, bool isWrite) =>
        EndOf(whole, operation, began, length, isWrite);

    /// <summary>Counts a piece of an operation when it ends.</summary>
    public ValueTask<IoStatus> End(ValueTask<IoStatus> piece, long began, in PlexSegment segment, bool isWrite)
    {
        foreach ((PlexExtent extent, Pair io) in subdisks)
        {
            long inside = segment.DiskOffset - extent.DiskOffset;
            if (extent.DiskId == segment.DiskId && inside >= 0 && inside < extent.Length)
            {
                return EndOf(io, piece, began, segment.Length, isWrite);
            }
        }

        return piece;
    }

    private static ValueTask<IoStatus> EndOf(
        Pair io, ValueTask<IoStatus> operation, long began, long length, bool isWrite)
    {
        DirectionCounter counter = isWrite ? io.Writes : io.Reads;
        if (!StatusGather.TryTake(operation, out IoStatus status))
        {
            return AwaitAsync(counter, operation, began, length);
        }

        counter.End(began, length, status == IoStatus.Success);
        return ValueTask.FromResult(status);
    }

    private static async ValueTask<IoStatus> AwaitAsync(
        DirectionCounter counter, ValueTask<IoStatus> operation, long began, long length)
    {
        IoStatus status = await operation;
        counter.End(began, length, status == IoStatus.Success);
        return status;
    }

    private sealed class Pair(TimeProvider time)
    {
        private readonly Lock sync = new();
        private VolumeStatistics baseline;

        public DirectionCounter Reads { get; } = new(time);

        public DirectionCounter Writes { get; } = new(time);

        private VolumeStatistics Now => new(Reads.Read(), Writes.Read(), default);

        public TalliedIo Read()
        {
            lock (sync)
            {
                return new TalliedIo(Now, baseline);
            }
        }

        public void Reset()
        {
            lock (sync)
            {
                baseline = Now;
            }
        }
    }
}
