using VolMgr.Blocks;

namespace VolMgr.Arrays.Multipath;

/// <summary>
/// The host's one connection to the bytes of a LUN, shared by all paths. It survives a backing that is missing, shorter
/// than the LUN, or replaced: <see cref="Reopen"/> opens it anew, and what was open before stays open until disposal,
/// since I/O may be under way on it.
/// </summary>
internal sealed class LunConnection : IAsyncDisposable
{
    private readonly ILunOpener opener;
    private readonly List<IBlockDevice> opened = [];
    private volatile IBlockDevice current;
    private volatile bool isAnswering = true;
    private LunTopology lun;

    public LunConnection(ILunOpener opener, LunTopology lun)
    {
        this.opener = opener;
        this.lun = lun;
        current = opener.Open(lun);
        opened.Add(current);
        isAnswering = current.Length > 0;
    }

    /// <summary>What READ CAPACITY says: the size of the LUN, whatever its backing has.</summary>
    public long Length => Volatile.Read(ref lun).Size;

    /// <summary>Whether the LUN itself answered when last asked.</summary>
    public bool IsAnswering => isAnswering;

    public IBlockDevice Current => current;

    /// <summary>At a scan: takes over a new size, and opens the backing again unless it is sound.</summary>
    public void Reopen(LunTopology newest)
    {
        bool isSame = string.Equals(newest.Backing, lun.Backing, StringComparison.Ordinal);
        Volatile.Write(ref lun, newest);
        if (isSame && isAnswering && current.Length >= newest.Size)
        {
            return;
        }

        current = opener.Open(newest);
        opened.Add(current);
        isAnswering = current.Length > 0;
    }

    /// <summary>
    /// Whether the backing can take the range; if not, the status: a missing backing is not reachable, one that ends too
    /// early has lost its medium there.
    /// </summary>
    public IoStatus Check(IBlockDevice device, long offset, long length)
    {
        if (offset + length <= device.Length)
        {
            return IoStatus.Success;
        }

        return Record(device.Length == 0 ? IoStatus.NotReachable : IoStatus.MediaError);
    }

    /// <summary>Remembers whether the LUN answered, and passes the status on.</summary>
    public IoStatus Record(IoStatus status)
    {
        bool answered = status is not IoStatus.NotReachable;
        if (answered != isAnswering)
        {
            isAnswering = answered;
        }

        return status;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IBlockDevice device in opened)
        {
            await device.DisposeAsync();
        }
    }
}
