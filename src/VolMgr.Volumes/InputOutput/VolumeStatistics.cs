namespace VolMgr.Volumes.InputOutput;

/// <summary>What one direction of a volume's I/O amounts to since it was started.</summary>
/// <param name="Operations">Operations that ended.</param>
/// <param name="Bytes">Bytes that they asked for.</param>
/// <param name="Time">Their times added up.</param>
/// <param name="Failures">Those that failed.</param>
public readonly record struct DirectionStatistics(long Operations, long Bytes, TimeSpan Time, long Failures);

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

    public long Begin() => time.GetTimestamp();

    public void End(long began, long length, bool isSuccess)
    {
        Interlocked.Increment(ref operations);
        Interlocked.Add(ref bytes, length);
        Interlocked.Add(ref ticks, time.GetElapsedTime(began).Ticks);
        if (!isSuccess)
        {
            Interlocked.Increment(ref failures);
        }
    }

    public DirectionStatistics Read() => new(
        Volatile.Read(ref operations),
        Volatile.Read(ref bytes),
        TimeSpan.FromTicks(Volatile.Read(ref ticks)),
        Volatile.Read(ref failures));
}
