namespace VolMgr.Blocks;

/// <summary>Writes every operation on a device into an <see cref="OperationLog"/>. Changes nothing else.</summary>
public sealed class RecordingDevice : IExtentDevice
{
    private readonly IBlockDevice _inner;

    /// <summary>Records into <paramref name="log"/>, which several devices may share, under a name.</summary>
    public RecordingDevice(IBlockDevice inner, OperationLog log, string name = "")
    {
        _inner = inner;
        Log = log;
        Name = name;
    }

    /// <summary>Where the operations are recorded.</summary>
    public OperationLog Log { get; }

    /// <summary>The name of this device in the log.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length => _inner.Length;

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        BlockRange.Check(Length, offset, buffer.Length);
        OperationLog.Entry entry = Log.Start(Name, DeviceOperations.Read, offset, buffer.Length, WriteFlags.None, []);
        return CompleteAsync(entry, _inner.ReadAsync(offset, buffer, token));
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, data.Length);
        OperationLog.Entry entry = Log.Start(
            Name, DeviceOperations.Write, offset, data.Length, flags, data.Span);
        return CompleteAsync(entry, _inner.WriteAsync(offset, data, flags, token));
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token)
    {
        OperationLog.Entry entry = Log.Start(Name, DeviceOperations.Flush, 0, 0, WriteFlags.None, []);
        return CompleteAsync(entry, _inner.FlushAsync(token));
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        OperationLog.Entry entry = Log.Start(Name, DeviceOperations.Zero, offset, length, flags, []);
        return CompleteAsync(entry, ExtentOperations.ZeroAsync(_inner, offset, length, flags, token));
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        OperationLog.Entry entry = Log.Start(Name, DeviceOperations.Discard, offset, length, WriteFlags.None, []);
        return CompleteAsync(entry, ExtentOperations.DiscardAsync(_inner, offset, length, token));
    }

    /// <inheritdoc/>
    public async ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.CheckNotEmpty(Length, offset, length);
        OperationLog.Entry entry = Log.Start(Name, DeviceOperations.Extent, offset, length, WriteFlags.None, []);
        ExtentReply reply = await ExtentOperations.NextExtentAsync(_inner, offset, length, token);
        Log.Complete(entry, reply.Status);
        return reply;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private async ValueTask<IoStatus> CompleteAsync(OperationLog.Entry entry, ValueTask<IoStatus> operation)
    {
        IoStatus status = await operation;
        Log.Complete(entry, status);
        return status;
    }
}
