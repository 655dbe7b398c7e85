namespace VolMgr.Blocks;

/// <summary>
/// Zero, discard and extents on any device: passed on where the device knows them, emulated by writes of zeroes and
/// "all of it is data" where it does not. The emulation lives here and nowhere else.
/// </summary>
public static class ExtentOperations
{
    /// <summary>Bytes of zeroes that one emulating write carries.</summary>
    internal const int ZeroChunk = 1 << 20;

    /// <summary>Shared source of zeroes, never written.</summary>
    internal static readonly byte[] Zeroes = new byte[ZeroChunk];

    /// <summary><see cref="IExtentDevice.ZeroAsync"/>, or writes of zeroes.</summary>
    public static ValueTask<IoStatus> ZeroAsync(
        IBlockDevice device, long offset, long length, WriteFlags flags, CancellationToken token) =>
        device is IExtentDevice extents
            ? extents.ZeroAsync(offset, length, flags, token)
            : WriteZeroesAsync(device, offset, length, flags, token);

    /// <summary><see cref="IExtentDevice.DiscardAsync"/>, or writes of zeroes.</summary>
    public static ValueTask<IoStatus> DiscardAsync(
        IBlockDevice device, long offset, long length, CancellationToken token) =>
        device is IExtentDevice extents
            ? extents.DiscardAsync(offset, length, token)
            : WriteZeroesAsync(device, offset, length, WriteFlags.None, token);

    /// <summary><see cref="IExtentDevice.NextExtentAsync"/>, or: the whole range may hold data.</summary>
    public static ValueTask<ExtentReply> NextExtentAsync(
        IBlockDevice device, long offset, long length, CancellationToken token)
    {
        if (device is IExtentDevice extents)
        {
            return extents.NextExtentAsync(offset, length, token);
        }

        BlockRange.CheckNotEmpty(device.Length, offset, length);
        return ValueTask.FromResult(new ExtentReply(IoStatus.Success, ExtentKind.Data, length));
    }

    private static async ValueTask<IoStatus> WriteZeroesAsync(
        IBlockDevice device, long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(device.Length, offset, length);
        while (length > 0)
        {
            int count = (int)Math.Min(length, ZeroChunk);
            IoStatus status = await device.WriteAsync(
                offset, Zeroes.AsMemory(0, count), flags & WriteFlags.ForceUnitAccess, token);
            if (status != IoStatus.Success)
            {
                return status;
            }

            offset += count;
            length -= count;
        }

        return IoStatus.Success;
    }
}
