using VolMgr.Blocks;

namespace VolMgr.Arrays.Multipath;

/// <summary>
/// A LUN over its paths (dynamic multipathing): I/O goes round robin over the paths in use. An I/O that finds the link
/// of its path down disables the path and goes to the next one; when none is left it answers
/// <see cref="IoStatus.NotReachable"/>. What the LUN itself answers is passed on: another path leads to the same LUN.
/// </summary>
/// <remarks>
/// In use are the enabled paths of the best kind that is enabled (<see cref="PathType.None"/>, primary and optimized
/// before secondary and non-optimized). An operation that completes inline takes no lock and allocates nothing.
/// </remarks>
internal sealed class MultipathDevice : IExtentDevice
{
    private readonly Lock changing = new();
    private readonly LunConnection lun;
    private volatile IReadOnlyList<DevicePath> paths = [];
    private volatile DevicePath[] inUse = [];
    private int turn;

    public MultipathDevice(LunConnection lun) => this.lun = lun;

    public IReadOnlyList<DevicePath> Paths => paths;

    public long Length => lun.Length;

    public bool HasEnabledPath => inUse.Length > 0;

    public bool IsReachable => HasEnabledPath && lun.IsAnswering;

    public LunConnection Connection => lun;

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        IssueAsync(new ReadOperation(offset, buffer), token);

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        IssueAsync(new WriteOperation(offset, data, flags), token);

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => IssueAsync(default(FlushOperation), token);

    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        IssueAsync(new ZeroOperation(offset, length, flags), token);

    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        IssueAsync(new DiscardOperation(offset, length), token);

    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.CheckNotEmpty(Length, offset, length);
        IBlockDevice device = lun.Current;
        IoStatus status = PickPath() is null ? IoStatus.NotReachable : lun.Check(device, offset, length);
        return status == IoStatus.Success
            ? ExtentOperations.NextExtentAsync(device, offset, length, token)
            : ValueTask.FromResult(new ExtentReply(status, ExtentKind.Data, 0));
    }

    /// <summary>The host's devices own the connection and dispose it; users of the node only stop using it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Replaces the paths after a scan and chooses those in use.</summary>
    public void SetPaths(IReadOnlyList<DevicePath> newest)
    {
        lock (changing)
        {
            paths = newest;
            ChooseUnsynchronized();
        }
    }

    /// <summary>Chooses the paths in use anew, after the state of a path has changed.</summary>
    public void Choose()
    {
        lock (changing)
        {
            ChooseUnsynchronized();
        }
    }

    private ValueTask<IoStatus> IssueAsync<TOperation>(TOperation operation, CancellationToken token)
        where TOperation : struct, ILunOperation
    {
        BlockRange.Check(Length, operation.Offset, operation.Length);
        if (PickPath() is not { } path)
        {
            return ValueTask.FromResult(IoStatus.NotReachable);
        }

        IBlockDevice device = lun.Current;
        IoStatus fits = lun.Check(device, operation.Offset, operation.Length);
        if (fits != IoStatus.Success)
        {
            return ValueTask.FromResult(fits);
        }

        long covered = lun.WriteCount;
        ValueTask<IoStatus> issued = operation.IssueAsync(device, token);
        if (!issued.IsCompletedSuccessfully)
        {
            return CompleteAsync(operation, path, issued, covered, token);
        }

        IoStatus status = ResultOf(issued);
        return status == IoStatus.Success || path.IsLinkUp
            ? ValueTask.FromResult(Finish(operation.Kind, status, covered))
            : CompleteAsync(operation, path, ValueTask.FromResult(status), covered, token);
    }

    /// <summary>Reads a value task that has completed.</summary>
    private static IoStatus ResultOf(in ValueTask<IoStatus> completed) => completed.Result;

    /// <summary>
    /// Waits for the LUN's answer; an error that came while the link broke counts for the path, not the LUN.
    /// </summary>
    private async ValueTask<IoStatus> CompleteAsync<TOperation>(
        TOperation operation, DevicePath path, ValueTask<IoStatus> issued, long covered, CancellationToken token)
        where TOperation : struct, ILunOperation
    {
        IoStatus status = await issued;
        if (status == IoStatus.Success || path.IsLinkUp)
        {
            return Finish(operation.Kind, status, covered);
        }

        Fail(path);
        return await IssueAsync(operation, token);
    }

    private IoStatus Finish(LunOperationKind kind, IoStatus status, long covered)
    {
        if (kind == LunOperationKind.Write)
        {
            lun.RecordWrite();
        }
        else if (kind == LunOperationKind.Flush && status == IoStatus.Success)
        {
            lun.RecordFlush(covered);
        }

        return lun.Record(status);
    }

    /// <summary>
    /// The next path in turn whose link is up; those found down are disabled on the way. Null when none is left. Ends,
    /// since each round disables a path and only scans and commands enable one.
    /// </summary>
    private DevicePath? PickPath()
    {
        while (true)
        {
            DevicePath[] usable = inUse;
            if (usable.Length == 0)
            {
                return null;
            }

            uint number = unchecked((uint)Interlocked.Increment(ref turn));
            DevicePath path = usable[number % (uint)usable.Length];
            if (path.IsLinkUp)
            {
                path.CountUse();
                return path;
            }

            Fail(path);
        }
    }

    private void Fail(DevicePath path)
    {
        path.MarkFailed();
        Choose();
    }

    private void ChooseUnsynchronized()
    {
        DevicePath[] enabled = [.. paths.Where(path => path.State == PathState.Enabled)];
        DevicePath[] best = [.. enabled.Where(path =>
            path.Type is PathType.None or PathType.Primary or PathType.ActiveOptimized)];
        DevicePath[] chosen = best.Length > 0 ? best : enabled;
        foreach (DevicePath path in paths)
        {
            path.SetInUse(chosen.Contains(path));
        }

        inUse = chosen;
    }
}
