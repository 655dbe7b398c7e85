namespace VolMgr.Arrays.Pools;

/// <summary>How much of a pool is taken. Shared by its LUNs; thread-safe.</summary>
internal sealed class PoolSpace(long size, long unit)
{
    private readonly long units = size / unit;
    private long taken;

    public long Unit => unit;

    public long UsedBytes => Interlocked.Read(ref taken) * unit;

    public long Size => size;

    /// <summary>Takes units; false, and nothing taken, when so many are not free.</summary>
    public bool TryTake(long count)
    {
        long known = Interlocked.Read(ref taken);
        while (known + count <= units)
        {
            long seen = Interlocked.CompareExchange(ref taken, known + count, known);
            if (seen == known)
            {
                return true;
            }

            known = seen;
        }

        return false;
    }

    /// <summary>Takes units that hold data already, whether the pool has room or not.</summary>
    public void Count(long count) => Interlocked.Add(ref taken, count);

    public void Give(long count) => Interlocked.Add(ref taken, -count);
}
