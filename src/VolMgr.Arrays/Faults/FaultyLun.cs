using VolMgr.Arrays.Multipath;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Faults;

/// <summary>
/// A LUN while faults are on it: stands between the array's front end and the medium for one operation. What hangs is
/// aborted by the command timeout before it reached the medium, so that nothing is written later.
/// </summary>
internal sealed class FaultyLun(IBlockDevice medium, LunFault[] faults, MultipathHost host) : IExtentDevice
{
    private const byte Flip = 0x40;

    /// <summary>The medium, behind the cache of a LUN that lies about flushes.</summary>
    private readonly IBlockDevice inner =
        Array.Find(faults, fault => fault.Cache is not null)?.Cache?.Over(medium) ?? medium;

    public long Length => inner.Length;

    public async ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        LunFault? fault = Find(LunAction.Read, offset, buffer.Length);
        IoStatus status = await AnswerAsync(fault, token);
        if (status != IoStatus.Success)
        {
            return status;
        }

        long place = fault is { Name: "misdirected-read" } ? Elsewhere(offset, buffer.Length, fault.By) : offset;
        status = await inner.ReadAsync(place, buffer, token);
        if (fault is { Name: "corrupt-read" } && status == IoStatus.Success)
        {
            buffer.Span[0] ^= Flip;
        }

        return status;
    }

    public async ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        LunFault? fault = Find(LunAction.Write, offset, data.Length);
        IoStatus status = await AnswerAsync(fault, token);
        if (status != IoStatus.Success)
        {
            return status;
        }

        switch (fault?.Name)
        {
            case "lost-write":
                return IoStatus.Success;
            case "torn-write":
                int half = data.Length / 2 / BlockRange.SectorSize * BlockRange.SectorSize;
                return half == 0 ? IoStatus.Success : await inner.WriteAsync(offset, data[..half], flags, token);
            case "misdirected-write":
                return await inner.WriteAsync(Elsewhere(offset, data.Length, fault.By), data, flags, token);
            case "corrupt-write":
                byte[] altered = data.ToArray();
                altered[0] ^= Flip;
                return await inner.WriteAsync(offset, altered, flags, token);
            case "pool-full" when await HasHoleAsync(offset, data.Length, token):
                return IoStatus.NoSpace;
            default:
                return await inner.WriteAsync(offset, data, flags, token);
        }
    }

    public async ValueTask<IoStatus> FlushAsync(CancellationToken token)
    {
        LunFault? fault = Find(LunAction.Flush, 0, 0);
        IoStatus status = await AnswerAsync(fault, token);
        return status != IoStatus.Success || fault is { Name: "flush-lie" } ? status : await inner.FlushAsync(token);
    }

    public async ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        LunFault? fault = Find(LunAction.Write, offset, length);
        IoStatus status = await AnswerAsync(fault, token);
        return status != IoStatus.Success || fault is { Name: "lost-write" }
            ? status
            : await ExtentOperations.ZeroAsync(inner, offset, length, flags, token);
    }

    public async ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token)
    {
        LunFault? fault = Find(LunAction.Write, offset, length);
        IoStatus status = await AnswerAsync(fault, token);
        return status != IoStatus.Success || fault is { Name: "lost-write" }
            ? status
            : await ExtentOperations.DiscardAsync(inner, offset, length, token);
    }

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        ExtentOperations.NextExtentAsync(inner, offset, length, token);

    /// <summary>The device below belongs to the connection.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private LunFault? Find(LunAction action, long offset, long length) =>
        Array.Find(faults, fault => fault.Strikes(action, offset, length));

    /// <summary>The status that the fault gives before the medium is asked.</summary>
    private async ValueTask<IoStatus> AnswerAsync(LunFault? fault, CancellationToken token)
    {
        switch (fault?.Name)
        {
            case "lun-hang":
                await host.Engine.DelayAsync(host.Tunables.CommandTimeout, token);
                return IoStatus.Timeout;
            case "lun-slow":
                await host.Engine.DelayAsync(fault.Delay, token);
                return IoStatus.Success;
            case "lun-failed":
                return IoStatus.NotReachable;
            case "lun-readonly" or "clone-presented":
                return IoStatus.ReadOnly;
            case "medium-error" or "write-error" or "transient-error" or "flush-error":
                return IoStatus.MediaError;
            default:
                return IoStatus.Success;
        }
    }

    private long Elsewhere(long offset, int length, long by) =>
        offset + by + length <= inner.Length ? offset + by : Math.Max(0, offset - by);

    private async ValueTask<bool> HasHoleAsync(long offset, long length, CancellationToken token)
    {
        while (length > 0)
        {
            ExtentReply extent = await ExtentOperations.NextExtentAsync(inner, offset, length, token);
            if (extent.Status != IoStatus.Success || extent.Kind == ExtentKind.Hole || extent.Length <= 0)
            {
                return extent.Status == IoStatus.Success;
            }

            offset += extent.Length;
            length -= extent.Length;
        }

        return false;
    }
}
