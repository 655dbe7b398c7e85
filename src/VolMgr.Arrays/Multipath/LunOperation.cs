using VolMgr.Blocks;

namespace VolMgr.Arrays.Multipath;

/// <summary>
/// One I/O as a value, so that it can be issued again on another path. Repeating is safe: each of them leaves the same
/// bytes however often it runs.
/// </summary>
internal interface ILunOperation
{
    long Offset { get; }

    long Length { get; }

    LunOperationKind Kind { get; }

    ValueTask<IoStatus> IssueAsync(IBlockDevice lun, CancellationToken token);
}

/// <summary>What an operation means for what a flush owes.</summary>
internal enum LunOperationKind
{
    /// <summary>Nothing.</summary>
    Read = 1,

    /// <summary>It adds to the debt.</summary>
    Write = 2,

    /// <summary>It pays.</summary>
    Flush = 3,

    /// <summary>Nothing, and it is not counted.</summary>
    Touch = 4,
}

internal readonly record struct ReadOperation(long Offset, Memory<byte> Buffer) : ILunOperation
{
    public long Length => Buffer.Length;

    public LunOperationKind Kind => LunOperationKind.Read;

    public ValueTask<IoStatus> IssueAsync(IBlockDevice lun, CancellationToken token) =>
        lun.ReadAsync(Offset, Buffer, token);
}

internal readonly record struct WriteOperation(long Offset, ReadOnlyMemory<byte> Data, WriteFlags Flags) : ILunOperation
{
    public long Length => Data.Length;

    public LunOperationKind Kind => LunOperationKind.Write;

    public ValueTask<IoStatus> IssueAsync(IBlockDevice lun, CancellationToken token) =>
        lun.WriteAsync(Offset, Data, Flags, token);
}

internal readonly record struct FlushOperation : ILunOperation
{
    public long Offset => 0;

    public long Length => 0;

    public LunOperationKind Kind => LunOperationKind.Flush;

    public ValueTask<IoStatus> IssueAsync(IBlockDevice lun, CancellationToken token) => lun.FlushAsync(token);
}

internal readonly record struct ZeroOperation(long Offset, long Length, WriteFlags Flags) : ILunOperation
{
    public LunOperationKind Kind => LunOperationKind.Write;

    public ValueTask<IoStatus> IssueAsync(IBlockDevice lun, CancellationToken token) =>
        ExtentOperations.ZeroAsync(lun, Offset, Length, Flags, token);
}

internal readonly record struct DiscardOperation(long Offset, long Length) : ILunOperation
{
    public LunOperationKind Kind => LunOperationKind.Write;

    public ValueTask<IoStatus> IssueAsync(IBlockDevice lun, CancellationToken token) =>
        ExtentOperations.DiscardAsync(lun, Offset, Length, token);
}

/// <summary>Finds a path that works, for a question about extents.</summary>
internal readonly record struct TouchOperation(long Offset, long Length) : ILunOperation
{
    public LunOperationKind Kind => LunOperationKind.Touch;

    public ValueTask<IoStatus> IssueAsync(IBlockDevice lun, CancellationToken token) =>
        ValueTask.FromResult(IoStatus.Success);
}
