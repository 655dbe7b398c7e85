using VolMgr.Blocks;

namespace VolMgr.Arrays.Pools;

/// <summary>Opens LUNs, thin ones of a pool behind what the pool has left.</summary>
internal sealed class PooledLunOpener(ILunOpener inner, LabArrays arrays, Func<LabTopology> lab) : ILunOpener
{
    public IBlockDevice Open(LunTopology lun)
    {
        IBlockDevice opened = inner.Open(lun);
        return lun is { IsThin: true, Pool.Length: > 0 } && arrays.SpaceOf(lab(), lun) is { } space
            ? new PooledLun(opened, space)
            : opened;
    }
}
