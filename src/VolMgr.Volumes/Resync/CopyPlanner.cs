using System.Threading.Channels;
using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Resync;

/// <summary>A piece of work of a copy.</summary>
/// <param name="Range">The bytes.</param>
/// <param name="IsHole">Whether the source had nothing there when it was planned. A hint: the worker looks
/// again.</param>
internal readonly record struct CopyRange(ByteRange Range, bool IsHole);

/// <summary>
/// Cuts what is not yet copied into ranges: data into steps, holes into ranges of up to 1 GiB.
/// </summary>
/// <remarks>
/// Walks the source's extents in order and remembers one offset, whatever the size of the volume: a sparse volume costs
/// what its data costs. What it sees may change before a worker comes, which is why a worker decides for itself under
/// the lock.
/// </remarks>
internal sealed class CopyPlanner(
    IExtentDevice source, CopyMap map, long ioSize, Func<long, long, long>? gapAt = null)
{
    /// <summary>The largest hole in one range. The worker holds it only as long as it takes to see that both sides are
    /// holes; it zeroes in smaller steps.</summary>
    public const long MaximumHole = 1L << 30;

    /// <summary>Plans until everything is planned or the channel is closed.</summary>
    public async Task RunAsync(ChannelWriter<CopyRange> ranges)
    {
        try
        {
            long position = 0;
            while (true)
            {
                ByteRange rest = map.NextUnmarked(position);
                if (rest.Length == 0)
                {
                    return;
                }

                CopyRange next = await NextAsync(rest);
                if (!await SendAsync(ranges, next))
                {
                    return;
                }

                position = next.Range.End;
            }
        }
        finally
        {
            ranges.TryComplete();
        }
    }

    private async ValueTask<CopyRange> NextAsync(ByteRange rest)
    {
        if (gapAt?.Invoke(rest.Offset, Math.Min(rest.Length, MaximumHole)) is > 0 and var gap)
        {
            return new CopyRange(new ByteRange(rest.Offset, gap), IsHole: true); // the target keeps nothing there
        }

        ExtentReply extent = await source.NextExtentAsync(rest.Offset, rest.Length, CancellationToken.None);
        if (extent is { Status: IoStatus.Success, Kind: ExtentKind.Hole })
        {
            long end = rest.Offset + Math.Min(extent.Length, MaximumHole);
            end = end == rest.End ? end : end / ioSize * ioSize;
            if (end > rest.Offset)
            {
                return new CopyRange(new ByteRange(rest.Offset, end - rest.Offset), IsHole: true);
            }
        }

        long stepEnd = Math.Min(rest.End, (rest.Offset / ioSize * ioSize) + ioSize);
        return new CopyRange(new ByteRange(rest.Offset, stepEnd - rest.Offset), IsHole: false);
    }

    private static async ValueTask<bool> SendAsync(ChannelWriter<CopyRange> ranges, CopyRange range)
    {
        while (await ranges.WaitToWriteAsync(CancellationToken.None))
        {
            if (ranges.TryWrite(range))
            {
                return true;
            }
        }

        return false;
    }
}
