namespace VolMgr.Blocks;

/// <summary>
/// A window on another device: a subdisk, a public region. Owns nothing: disposing it leaves the inner device open. A
/// flush is the inner device's whole flush.
/// </summary>
public sealed class SubrangeDevice : IExtentDevice
{
    private readonly IBlockDevice _inner;
    private readonly long _offset;

    /// <summary>The window of <paramref name="length"/> bytes that begins at <paramref name="offset"/>.</summary>
    public SubrangeDevice(IBlockDevice inner, long offset, long length)
    {
        BlockRange.Check(inner.Length, offset, length);
        _inner = inner;
        _offset = offset;
        Length = length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        BlockRange.Check(Length, offset, buffer.Length);
        return _inner.ReadAsync(_offset + offset, buffer, token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, data.Length);
        return _inner.WriteAsync(_offset + offset, data, flags, token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => _inner.FlushAsync(token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        return ExtentOperations.ZeroAsync(_inner, _offset + offset, length, flags, token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        return ExtentOperations.DiscardAsync(_inner, _offset + offset, length, token);
    }

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.CheckNotEmpty(Length, offset, length);
        return ExtentOperations.NextExtentAsync(_inner, _offset + offset, length, token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
