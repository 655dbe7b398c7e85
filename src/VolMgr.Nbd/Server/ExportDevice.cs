using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>
/// The device of an export as the commands see it: any range in bytes that the checks let through. The one place that
/// knows what a device can do beyond sectors.
/// </summary>
internal sealed class ExportDevice
{
    private const int Sector = 512;

    private readonly IBlockDevice _device;
    private readonly IByteDevice? _bytes;

    public ExportDevice(IBlockDevice device)
    {
        _device = device;
        _bytes = device as IByteDevice;
        Length = device.Length;
    }

    /// <summary>As it was when the export was opened.</summary>
    public long Length { get; }

    /// <summary>What offsets and lengths have to be multiples of.</summary>
    public int MinimumBlock => _bytes is null ? Sector : 1;

    /// <summary>
    /// Whether zeroing costs less than a write of zeroes that the client would send: it does wherever the device zeroes
    /// by itself.
    /// </summary>
    public bool ZeroesFast => _device is IExtentDevice;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer) =>
        _bytes is null || IsAligned(offset, buffer.Length)
            ? _device.ReadAsync(offset, buffer, CancellationToken.None)
            : _bytes.ReadBytesAsync(offset, buffer, CancellationToken.None);

    public ValueTask<IoStatus> WriteAsync(long offset, ReadOnlyMemory<byte> data, WriteFlags flags) =>
        _bytes is null || IsAligned(offset, data.Length)
            ? _device.WriteAsync(offset, data, flags, CancellationToken.None)
            : _bytes.WriteBytesAsync(offset, data, flags, CancellationToken.None);

    public ValueTask<IoStatus> FlushAsync() => _device.FlushAsync(CancellationToken.None);

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags) =>
        _bytes is null || IsAligned(offset, length)
            ? ExtentOperations.ZeroAsync(_device, offset, length, flags, CancellationToken.None)
            : _bytes.ZeroBytesAsync(offset, length, flags, CancellationToken.None);

    /// <summary>Discards the whole sectors of the range; a trim is a hint, and its edges may stay.</summary>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length)
    {
        long start = RoundDown(offset + Sector - 1);
        long end = RoundDown(offset + length);
        return start < end
            ? ExtentOperations.DiscardAsync(_device, start, end - start, CancellationToken.None)
            : ValueTask.FromResult(IoStatus.Success);
    }

    /// <summary>The extent at any byte, cut to the range; a device that cannot tell holds data everywhere.</summary>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length)
    {
        if (_device is not IExtentDevice extents)
        {
            return ValueTask.FromResult(new ExtentReply(IoStatus.Success, ExtentKind.Data, length));
        }

        return IsAligned(offset, length)
            ? extents.NextExtentAsync(offset, length, CancellationToken.None)
            : NextUnalignedAsync(extents, offset, length);
    }

    private static async ValueTask<ExtentReply> NextUnalignedAsync(IExtentDevice extents, long offset, long length)
    {
        long start = RoundDown(offset);
        long end = RoundDown(offset + length + Sector - 1);
        ExtentReply reply = await extents.NextExtentAsync(start, end - start, CancellationToken.None);
        return reply with { Length = Math.Min(reply.Length - (offset - start), length) };
    }

    private static long RoundDown(long value) => value / Sector * Sector;

    private static bool IsAligned(long offset, long length) => ((offset | length) & (Sector - 1)) == 0;
}
