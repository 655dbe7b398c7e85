namespace VolMgr.Blocks;

/// <summary>
/// What a device may know beyond bytes: which ranges hold data, and how to clear a range without sending zeroes.
/// Optional: ExtentOperations is the one place that emulates it for a device that lacks it.
/// </summary>
public interface IExtentDevice : IBlockDevice
{
    /// <summary>
    /// Makes the range read as zeroes. Ordering, durability and failure are those of a write of zeroes. The device may
    /// punch a hole unless <see cref="WriteFlags.NoHole"/> is given.
    /// </summary>
    ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token);

    /// <summary>
    /// The caller no longer needs the content of the range. On all devices of this project it reads as zeroes
    /// afterwards, so that copies of a volume stay identical.
    /// </summary>
    ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token);

    /// <summary>
    /// The kind of the extent that begins at <paramref name="offset"/> and how far it reaches, at most
    /// <paramref name="length"/> bytes. A hole reads as zeroes for certain; data may be zeroes too.
    /// </summary>
    ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token);
}
