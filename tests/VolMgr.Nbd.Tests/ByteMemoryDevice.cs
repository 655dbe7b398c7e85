using VolMgr.Blocks;

namespace VolMgr.Nbd.Tests;

/// <summary>Memory that takes requests at any byte, one at a time, as a volume does.</summary>
internal sealed class ByteMemoryDevice(long length) : IByteDevice
{
    private const int Sector = 512;
    private readonly Lock _lock = new();
    private readonly MemoryDevice _sectors = new(length);
    private readonly List<string> _operations = [];

    public long Length => _sectors.Length;

    /// <summary>Aligned writes and flushes, in the order in which they ended.</summary>
    public IReadOnlyList<string> Operations
    {
        get
        {
            lock (_lock)
            {
                return [.. _operations];
            }
        }
    }

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        _sectors.ReadAsync(offset, buffer, token);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        Record("Write", _sectors.WriteAsync(offset, data, flags, token));

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => Record("Flush", _sectors.FlushAsync(token));

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        _sectors.ZeroAsync(offset, length, flags, token);

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        _sectors.DiscardAsync(offset, length, token);

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        _sectors.NextExtentAsync(offset, length, token);

    public ValueTask<IoStatus> ReadBytesAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        lock (_lock)
        {
            Around(offset, buffer.Length, out long start)[(int)(offset - start)..].Span[..buffer.Length]
                .CopyTo(buffer.Span);
        }

        return ValueTask.FromResult(IoStatus.Success);
    }

    public ValueTask<IoStatus> WriteBytesAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        lock (_lock)
        {
            Memory<byte> around = Around(offset, data.Length, out long start);
            data.CopyTo(around[(int)(offset - start)..]);
            return _sectors.WriteAsync(start, around, flags, token);
        }
    }

    public ValueTask<IoStatus> ZeroBytesAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        WriteBytesAsync(offset, new byte[length], flags, token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask<IoStatus> Record(string operation, ValueTask<IoStatus> ended)
    {
        lock (_lock)
        {
            _operations.Add(operation);
            return ended;
        }
    }

    private Memory<byte> Around(long offset, long length, out long start)
    {
        start = offset / Sector * Sector;
        byte[] around = new byte[((offset + length - start + Sector - 1) / Sector) * Sector];
        Task<IoStatus> read = _sectors.ReadAsync(start, around, CancellationToken.None).AsTask();
        Assert.True(read.IsCompletedSuccessfully);
        return around;
    }
}
