namespace VolMgr.Arrays;

/// <summary>Counts of I/O, of a path or of a node, at one moment.</summary>
/// <param name="Reads">Reads that ended.</param>
/// <param name="Writes">Writes, zeroes and discards that ended.</param>
/// <param name="ReadBytes">Bytes of those reads.</param>
/// <param name="WrittenBytes">Bytes of those writes.</param>
/// <param name="ReadTime">Sum of the times of the reads.</param>
/// <param name="WriteTime">Sum of the times of the writes.</param>
/// <param name="Errors">I/Os that failed by the path.</param>
public readonly record struct IoCounts(
    long Reads, long Writes, long ReadBytes, long WrittenBytes, TimeSpan ReadTime, TimeSpan WriteTime, long Errors)
{
    /// <summary>The sum.</summary>
    public static IoCounts operator +(IoCounts left, IoCounts right) => new(
        left.Reads + right.Reads, left.Writes + right.Writes, left.ReadBytes + right.ReadBytes,
        left.WrittenBytes + right.WrittenBytes, left.ReadTime + right.ReadTime, left.WriteTime + right.WriteTime,
        left.Errors + right.Errors);

    /// <summary>The sum, by name.</summary>
    public static IoCounts Add(IoCounts left, IoCounts right) => left + right;
}

/// <summary>Counts I/O without a lock.</summary>
internal sealed class IoCounter
{
    private long reads;
    private long writes;
    private long readBytes;
    private long writtenBytes;
    private long readTicks;
    private long writeTicks;
    private long errors;

    public IoCounts Counts => new(
        Interlocked.Read(ref reads), Interlocked.Read(ref writes), Interlocked.Read(ref readBytes),
        Interlocked.Read(ref writtenBytes), TimeSpan.FromTicks(Interlocked.Read(ref readTicks)),
        TimeSpan.FromTicks(Interlocked.Read(ref writeTicks)), Interlocked.Read(ref errors));

    public void Read(long bytes, TimeSpan time)
    {
        Interlocked.Increment(ref reads);
        Interlocked.Add(ref readBytes, bytes);
        Interlocked.Add(ref readTicks, time.Ticks);
    }

    public void Write(long bytes, TimeSpan time)
    {
        Interlocked.Increment(ref writes);
        Interlocked.Add(ref writtenBytes, bytes);
        Interlocked.Add(ref writeTicks, time.Ticks);
    }

    public void Fail() => Interlocked.Increment(ref errors);

    public void Reset()
    {
        Interlocked.Exchange(ref reads, 0);
        Interlocked.Exchange(ref writes, 0);
        Interlocked.Exchange(ref readBytes, 0);
        Interlocked.Exchange(ref writtenBytes, 0);
        Interlocked.Exchange(ref readTicks, 0);
        Interlocked.Exchange(ref writeTicks, 0);
        Interlocked.Exchange(ref errors, 0);
    }
}
