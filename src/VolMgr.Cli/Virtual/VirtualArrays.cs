using VolMgr.Arrays;
using VolMgr.Blocks;

namespace VolMgr.Cli.Virtual;

/// <summary>The LUNs of a virtual-time lab. Hosts crash; what they wrote stays, as in an array with a cache that
/// outlives a loss of power.</summary>
internal sealed class VirtualArrays : ILunOpener
{
    private readonly SortedDictionary<string, VirtualLun> luns = new(StringComparer.Ordinal);

    /// <summary>Bytes of runs and kept sectors, about: what the lab's data takes of memory.</summary>
    public long MemoryBytes => luns.Values.Sum(lun => (lun.RunCount * 48) + lun.BytesKept);

    /// <summary>The LUNs that were asked for, by name.</summary>
    public IReadOnlyDictionary<string, VirtualLun> Luns => luns;

    /// <summary>The LUN of that name, made when it is first asked for.</summary>
    public VirtualLun Find(LunTopology lun)
    {
        if (!luns.TryGetValue(lun.Name, out VirtualLun? found))
        {
            found = new VirtualLun(lun.Size);
            luns.Add(lun.Name, found);
        }

        return found;
    }

    /// <inheritdoc/>
    public IBlockDevice Open(LunTopology lun) => Find(lun);
}
