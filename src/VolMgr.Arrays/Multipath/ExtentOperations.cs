using VolMgr.Blocks;

namespace VolMgr.Arrays.Multipath;

/// <summary>Zero, discard and extents on a LUN: passed on where it knows them, else emulated.</summary>
internal static class ExtentOperations
{
    private static readonly byte[] Zeroes = new byte[1 << 20];

    public static ValueTask<IoStatus> ZeroAsync(
        IBlockDevice device, long offset, long length, WriteFlags flags, CancellationToken token) =>
        device is IExtentDevice extents
            ? extents.ZeroAsync(offset, length, flags, token)
            : WriteZeroesAsync(device, offset, length, flags, token);

    public static ValueTask<IoStatus> DiscardAsync(
        IBlockDevice device, long offset, long length, CancellationToken token) =>
        device is IExtentDevice extents
            ? extents.DiscardAsync(offset, length, token)
            : WriteZeroesAsync(device, offset, length, WriteFlags.None, token);

    public static ValueTask<ExtentReply> NextExtentAsync(
        IBlockDevice device, long offset, long length, CancellationToken token) =>
        device is IExtentDevice extents
            ? extents.NextExtentAsync(offset, length, token)
            : ValueTask.FromResult(new ExtentReply(IoStatus.Success, ExtentKind.Data, length));

    private static async ValueTask<IoStatus> WriteZeroesAsync(
        IBlockDevice device, long offset, long length, WriteFlags flags, CancellationToken token)
    {
        for (long end = offset + length; offset < end; offset += Zeroes.Length)
        {
            int count = (int)Math.Min(end - offset, Zeroes.Length);
            IoStatus status = await device.WriteAsync(
                offset, Zeroes.AsMemory(0, count), flags & WriteFlags.ForceUnitAccess, token);
            if (status != IoStatus.Success)
            {
                return status;
            }
        }

        return IoStatus.Success;
    }
}

/// <summary>The boundary check of <see cref="IBlockDevice"/>.</summary>
internal static class BlockRange
{
    public static void Check(long deviceLength, long offset, long length)
    {
        Invariant.Holds(((offset | length) & 511) == 0);
        Invariant.Holds(offset >= 0);
        Invariant.Holds(length >= 0);
        Invariant.Holds(length <= deviceLength - offset);
    }

    public static void CheckNotEmpty(long deviceLength, long offset, long length)
    {
        Check(deviceLength, offset, length);
        Invariant.Holds(length > 0);
    }
}
