namespace VolMgr.Arrays.Pools;

/// <summary>How much of a pool is taken, by thick LUNs from the start. Shared by its LUNs; thread-safe.</summary>
internal sealed class PoolSpace(PoolTopology pool, IEnumerable<LunTopology> thick)
{
    private readonly long size = pool.Size;
    private readonly long unit = pool.Unit;
    private readonly long units = pool.Size / pool.Unit;
    private long taken = thick.Sum(lun => (lun.Size + pool.Unit - 1) / pool.Unit);

    public long Unit => unit;

    public PoolFullBehaviour WhenFull => pool.WhenFull;

    public bool HasFree => Interlocked.Read(ref taken) < units;

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
