using System.Numerics;

namespace VolMgr.Cli.Rehearse;

/// <summary>
/// Latencies in microseconds, in buckets of at most 1/16 of their value. One writer; merge to combine.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 4;
    private const int Sub = 1 << SubBits;
    private readonly long[] counts = new long[(64 - SubBits) * Sub];

    /// <summary>How many were recorded.</summary>
    public long Count { get; private set; }

    public void Record(long microseconds)
    {
        counts[Bucket(Math.Max(0, microseconds))]++;
        Count++;
    }

    public void Merge(LatencyHistogram other)
    {
        for (int index = 0; index < counts.Length; index++)
        {
            counts[index] += other.counts[index];
        }

        Count += other.Count;
    }

    /// <summary>
    /// The latency in microseconds that a share of all operations did not exceed; 0 when there were none.
    /// </summary>
    public long Percentile(double share)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(Count * share));
        long seen = 0;
        for (int index = 0; index < counts.Length; index++)
        {
            seen += counts[index];
            if (seen >= wanted)
            {
                return Value(index);
            }
        }

        return 0;
    }

    private static int Bucket(long value)
    {
        if (value < Sub)
        {
            return (int)value;
        }

        int shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) * Sub) + (int)((value >> shift) - Sub);
    }

    /// <summary>The largest latency that falls into a bucket.</summary>
    private static long Value(int bucket)
    {
        if (bucket < Sub)
        {
            return bucket;
        }

        int shift = (bucket / Sub) - 1;
        return (((long)Sub + (bucket % Sub)) << shift) + ((1L << shift) - 1);
    }
}
