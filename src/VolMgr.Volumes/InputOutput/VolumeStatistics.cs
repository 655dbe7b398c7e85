namespace VolMgr.Volumes.InputOutput;

/// <summary>What one direction of a volume's I/O amounts to since it was started.</summary>
/// <param name="Operations">Operations that ended.</param>
/// <param name="Bytes">Bytes that they asked for.</param>
/// <param name="Time">Their times added up.</param>
/// <param name="Failures">Those that failed.</param>
public readonly record struct DirectionStatistics(long Operations, long Bytes, TimeSpan Time, long Failures)
{
    /// <summary>Those that took longer than somebody wanted to know of.</summary>
    public long Slow { get; init; }
}

/// <summary>What applications did to a volume since it was started. The copier's I/O does not count.</summary>
/// <param name="Reads">Reads.</param>
/// <param name="Writes">Writes, zeroes and discards.</param>
/// <param name="Flushes">Flushes.</param>
public readonly record struct VolumeStatistics(
    DirectionStatistics Reads, DirectionStatistics Writes, DirectionStatistics Flushes);

/// <summary>Counts one direction; thread-safe without a lock.</summary>
internal sealed class DirectionCounter(TimeProvider time)
{
    private long operations;
    private long bytes;
    private long ticks;
    private long failures;
    private long slow;
    private long slowerThan = long.MaxValue;

    /// <summary>From which time on an operation counts as slow.</summary>
    public void Watch(TimeSpan target) => Volatile.Write(ref slowerThan, target.Ticks);

    public long Begin() => time.GetTimestamp();

    public void End(long began, long length, bool isSuccess)
    {
        Interlocked.Increment(ref operations);
        Interlocked.Add(ref bytes, length);
        long taken = time.GetElapsedTime(began).Ticks;
        Interlocked.Add(ref ticks, taken);
        if (taken > Volatile.Read(ref slowerThan))
        {
            Interlocked.Increment(ref slow);
        }

        if (!isSuccess)
        {
            Interlocked.Increment(ref failures);
        }
    }

    public DirectionStatistics Read() => new(
        Volatile.Read(ref operations),
        Volatile.Read(ref bytes),
        TimeSpan.FromTicks(Volatile.Read(ref ticks)),
        Volatile.Read(ref failures))
    {
        Slow = Volatile.Read(ref slow),
    };
}
