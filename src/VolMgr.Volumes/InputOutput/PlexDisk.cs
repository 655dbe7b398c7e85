using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// One disk of a plex with its flush debt: how many writes have completed on it, and up to which of them a flush is
/// known to have succeeded.
/// </summary>
/// <remarks>
/// A write counts when it completes, before anyone is told. A flush reads the counter before it begins and moves the
/// mark to that value only after success: a write that completes meanwhile, and a failed flush, leave the debt
/// standing. A disk starts with a debt, since nobody knows what an earlier run left unflushed.
/// </remarks>
internal sealed class PlexDisk(IExtentDevice device)
{
    private long completed = 1;
    private long flushed;
    private IExtentDevice? traced;

    /// <summary>The public region.</summary>
    public IExtentDevice Device => Volatile.Read(ref traced) ?? device;

    /// <summary>Whether a write has completed since the last successful flush.</summary>
    public bool HasDebt => Volatile.Read(ref flushed) < Volatile.Read(ref completed);

    /// <summary>From now on a trace notes what the disk does for that plex; null ends that.</summary>
    public void Follow(IoTrace? trace, string plex, RecordId disk) =>
        Volatile.Write(ref traced, trace?.Around(device, plex, disk));

    /// <summary>Counts a write when it completes, failed ones too: they may have landed in part.</summary>
    public ValueTask<IoStatus> CountAsync(ValueTask<IoStatus> write, bool isForced)
    {
        if (!StatusGather.TryTake(write, out IoStatus status))
        {
            return AwaitAndCountAsync(write, isForced);
        }

        Count(status, isForced);
        return ValueTask.FromResult(status);
    }

    /// <summary>Flushes if there is a debt.</summary>
    public async ValueTask<IoStatus> FlushAsync(CancellationToken token)
    {
        long covered = Volatile.Read(ref completed);
        if (Volatile.Read(ref flushed) >= covered)
        {
            return IoStatus.Success;
        }

        IoStatus status = await Device.FlushAsync(token);
        if (status == IoStatus.Success)
        {
            RaiseFlushed(covered);
        }

        return status;
    }

    private async ValueTask<IoStatus> AwaitAndCountAsync(ValueTask<IoStatus> write, bool isForced)
    {
        IoStatus status = await write;
        Count(status, isForced);
        return status;
    }

    private void Count(IoStatus status, bool isForced)
    {
        if (!isForced || status != IoStatus.Success)
        {
            Interlocked.Increment(ref completed);
        }
    }

    private void RaiseFlushed(long covered)
    {
        long seen = Volatile.Read(ref flushed);
        while (seen < covered)
        {
            long before = Interlocked.CompareExchange(ref flushed, covered, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
