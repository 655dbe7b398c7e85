using VolMgr.Blocks;

namespace VolMgr.Arrays.Multipath;

/// <summary>
/// The host's one connection to the bytes of a LUN, shared by all paths. The backing may be missing, shorter than the
/// LUN, failing, or replaced: I/O then ends in a status, and a scan tries to open it anew.
/// </summary>
/// <remarks>
/// A backing that has failed while writes on it are not flushed is not opened anew: they may be lost, and a fresh
/// device would call the next flush a success. The old one stays until the host restarts; a scan asks it whether it has
/// come back by itself, with its debt. What is replaced stays open until disposal, since I/O may be under way on it; a
/// candidate that is no better is closed at once.
/// </remarks>
internal sealed class LunConnection : IAsyncDisposable
{
    private readonly ILunOpener opener;
    private readonly List<IBlockDevice> replaced = [];
    private volatile IBlockDevice current;
    private volatile LunTopology lun;
    private volatile bool isAnswering;
    private volatile bool isSound = true;
    private volatile bool isProven;
    private volatile bool isMoved;
    private volatile bool isAsked;
    private long reach;
    private long writes;
    private long flushed;
    private int probing;

    public LunConnection(ILunOpener opener, LunTopology lun)
    {
        this.opener = opener;
        this.lun = lun;
        current = opener.Open(lun);
    }

    /// <summary>What READ CAPACITY says: the size of the LUN, whatever its backing has.</summary>
    public long Length => lun.Size;

    /// <summary>The largest size that it ever had: users may not know yet that it shrank.</summary>
    public long Reach => Math.Max(Interlocked.Read(ref reach), Length);

    /// <summary>What stands before a backing that is asked whether it answers.</summary>
    public Func<IBlockDevice, IBlockDevice> Front { get; set; } = static device => device;

    /// <summary>Whether the LUN itself answered when last asked; not before the first scan has asked.</summary>
    public bool IsAnswering => isAnswering;

    public IBlockDevice Current => current;

    /// <summary>Whether the backing comes back by itself.</summary>
    public bool IsSelfRestoring => OwnAccount is not null;

    /// <summary>What the backing says itself counts; of any other every write counts until a flush.</summary>
    private bool HasDebt => OwnAccount ?? Interlocked.Read(ref writes) != Interlocked.Read(ref flushed);

    private bool? OwnAccount => (current as ISelfRestoringDevice)?.HasUnflushedWrites;

    /// <summary>Writes that have ended so far: what a flush that begins now will cover.</summary>
    public long WriteCount => Interlocked.Read(ref writes);

    /// <summary>
    /// Whether the backing can take the range; if not, the status: a missing backing is not reachable, one that ends
    /// too early has lost its medium there.
    /// </summary>
    public IoStatus Check(IBlockDevice device, long offset, long length)
    {
        if (offset + length <= Math.Min(device.Length, Length) && device.Length > 0)
        {
            return IoStatus.Success;
        }

        return Record(device.Length == 0 ? IoStatus.NotReachable : IoStatus.MediaError);
    }

    /// <summary>Remembers how the LUN answered, and passes the status on.</summary>
    public IoStatus Record(IoStatus status)
    {
        bool answered = status != IoStatus.NotReachable;
        if (answered != isAnswering)
        {
            isAnswering = answered;
        }

        if (status != IoStatus.Success && isSound)
        {
            isSound = false;
        }

        return status;
    }

    /// <summary>A write, however it ended, is a debt until a flush that begins later succeeds.</summary>
    public void RecordWrite() => Interlocked.Increment(ref writes);

    /// <summary>A flush that began at <paramref name="covered"/> has succeeded.</summary>
    public void RecordFlush(long covered)
    {
        long known = Interlocked.Read(ref flushed);
        while (known < covered)
        {
            long seen = Interlocked.CompareExchange(ref flushed, covered, known);
            known = seen == known ? covered : seen;
        }
    }

    /// <summary>What the newest scan says of the LUN.</summary>
    public void Update(LunTopology newest)
    {
        isMoved |= !string.Equals(newest.Backing, lun.Backing, StringComparison.Ordinal);
        isProven &= newest.Size == lun.Size && string.Equals(newest.Backing, lun.Backing, StringComparison.Ordinal);
        Interlocked.Exchange(ref reach, Math.Max(Reach, newest.Size));
        lun = newest;
    }

    /// <summary>
    /// At a scan: asks the LUN whether it answers, unless that is known, and opens a backing anew that fails, is too
    /// short, or is another one now.
    /// </summary>
    public async Task ProbeAsync(CancellationToken token)
    {
        if ((isProven && isSound) || Interlocked.Exchange(ref probing, 1) != 0)
        {
            return;
        }

        try
        {
            IBlockDevice asked = current;
            bool isNew = !isProven && isSound;
            bool mustStay = HasDebt && !isSound;
            bool mayReturn = mustStay || IsSelfRestoring;
            IoStatus status = isNew || mayReturn ? await AskAsync(asked, token) : IoStatus.NotReachable;
            isSound |= status == IoStatus.Success && OwnAccount is false;
            // What was opened a moment ago, for this scan, would be found no better by opening it again.
            if ((status != IoStatus.Success || isMoved) && !mustStay && (isAsked || !isNew))
            {
                status = await TryReplaceAsync(asked, token) ?? status;
            }

            isProven = true;
            isAsked = true;
            if (isNew || status == IoStatus.Success)
            {
                Record(status);
            }
        }
        finally
        {
            Volatile.Write(ref probing, 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IBlockDevice device in replaced.Append(current))
        {
            await device.DisposeAsync();
        }
    }

    /// <summary>Opens the backing anew and takes it over if it is whole; null when it is not.</summary>
    private async Task<IoStatus?> TryReplaceAsync(IBlockDevice asked, CancellationToken token)
    {
        IBlockDevice candidate = opener.Open(lun);
        if (await AskAsync(candidate, token) != IoStatus.Success)
        {
            await candidate.DisposeAsync();
            return null;
        }

        replaced.Add(asked);
        current = candidate;
        isMoved = false;
        isSound = true;
        return IoStatus.Success;
    }

    /// <summary>Reads the first and the last sector of the LUN.</summary>
    private async Task<IoStatus> AskAsync(IBlockDevice device, CancellationToken token)
    {
        long length = Length;
        if (device.Length < length)
        {
            return device.Length == 0 ? IoStatus.NotReachable : IoStatus.MediaError;
        }

        byte[] sector = new byte[BlockRange.SectorSize];
        IBlockDevice asked = Front(device);
        IoStatus first = await asked.ReadAsync(0, sector, token);
        return first == IoStatus.Success ? await asked.ReadAsync(length - sector.Length, sector, token) : first;
    }
}
