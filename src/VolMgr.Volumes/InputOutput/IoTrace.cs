using System.Collections.Concurrent;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.InputOutput;

/// <summary>One I/O that began or ended, as <see cref="IoTrace"/> tells it.</summary>
/// <param name="Sequence">Its number; those of one trace grow.</param>
/// <param name="IsEnd">Whether it ended.</param>
/// <param name="Operation">read, write, zero or discard.</param>
/// <param name="Volume">The volume, or the disk.</param>
/// <param name="Plex">The plex that a disk's I/O is for; empty for that of a volume.</param>
/// <param name="Cause">Of an end the number of its begin, of a disk's begin that of the volume's request; 0 for what a
/// copy or a recovery does.</param>
/// <param name="Range">Bytes of the volume, or of the disk's public region.</param>
/// <param name="Concurrency">Requests of the volume under way, this one and those of a copy included.</param>
/// <param name="Time">How long it took; zero at the begin.</param>
/// <param name="Status">What was answered; Success at the begin.</param>
public readonly record struct TracedIo(
    long Sequence,
    bool IsEnd,
    string Operation,
    string Volume,
    string Plex,
    long Cause,
    ByteRange Range,
    int Concurrency,
    TimeSpan Time,
    IoStatus Status);

/// <summary>
/// Notes every I/O of the volumes that it is attached to, and what of it goes to which disk, for somebody who takes the
/// notes away (vxtrace). Volumes without one pay nothing. Thread-safe.
/// </summary>
public sealed class IoTrace(TimeProvider time, Func<RecordId, string> diskName)
{
    /// <summary>Notes that wait to be taken, at most: what comes on top is counted and dropped.</summary>
    public const int Capacity = 100_000;

    private readonly ConcurrentQueue<TracedIo> notes = [];
    private readonly AsyncLocal<long> cause = new();
    private long sequence;
    private long dropped;
    private int waiting;

    /// <summary>Notes that nobody took in time.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>Takes the oldest note.</summary>
    public bool TryTake(out TracedIo note)
    {
        bool isTaken = notes.TryDequeue(out note);
        Interlocked.Add(ref waiting, isTaken ? -1 : 0);
        return isTaken;
    }

    /// <summary>The disk as a plex uses it, with notes of what it does.</summary>
    internal IExtentDevice Around(IExtentDevice device, string plex, RecordId disk) =>
        new TracedDisk(this, device, plex, diskName(disk));

    /// <summary>Runs an I/O between two notes.</summary>
    internal async ValueTask<IoStatus> FollowAsync(
        string operation, string name, string plex, ByteRange range, int concurrency, Func<ValueTask<IoStatus>> io)
    {
        long number = Interlocked.Increment(ref sequence);
        Note(new TracedIo(
            number, false, operation, name, plex, cause.Value, range, concurrency, TimeSpan.Zero, IoStatus.Success));
        cause.Value = number; // for what this one asks of others; gone again when this method has ended
        long began = time.GetTimestamp();
        IoStatus status = await io();
        Note(new TracedIo(
            Interlocked.Increment(ref sequence), true, operation, name, plex, number, range, concurrency,
            time.GetElapsedTime(began), status));
        return status;
    }

    private void Note(in TracedIo note)
    {
        if (Interlocked.Increment(ref waiting) > Capacity)
        {
            Interlocked.Decrement(ref waiting);
            Interlocked.Increment(ref dropped);
            return;
        }

        notes.Enqueue(note);
    }
}
