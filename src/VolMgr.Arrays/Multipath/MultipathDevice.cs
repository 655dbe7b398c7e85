using VolMgr.Arrays.Faults;
using VolMgr.Arrays.Performance;
using VolMgr.Arrays.Scsi;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Multipath;

/// <summary>
/// A LUN over its paths (dynamic multipathing). The policy chooses a path for each I/O; one whose path turns out not to
/// work is analysed and goes down another (<see cref="MultipathDevice.RecoverAsync"/>). What the LUN itself answers is
/// passed on: another path leads to the same LUN.
/// </summary>
/// <remarks>
/// In use are the enabled paths of the best kind that is enabled, fewer where the policy says so. An operation that
/// meets no trouble completes inline, takes no lock and allocates nothing.
/// </remarks>
internal sealed partial class MultipathDevice : IExtentDevice
{
    private readonly Lock changing = new();
    private readonly LunConnection lun;
    private readonly LunState state;
    private readonly MultipathHost host;
    private readonly IoCounter counter = new();
    private volatile IReadOnlyList<DevicePath> paths = [];
    private volatile DevicePath[] inUse = [];
    private volatile MultipathSettings settings = new(IoPolicy.MinimumQueue);
    private int turn;

    public MultipathDevice(LunConnection lun, LunState state, MultipathHost host)
    {
        this.lun = lun;
        this.state = state;
        this.host = host;
        lun.Front = device => state.Faults is { Length: > 0 } faults ? new FaultyLun(device, faults, host) : device;
    }

    /// <summary>The node's name, for events.</summary>
    public string Name { get; set; } = "";

    public IReadOnlyList<DevicePath> Paths => paths;

    public long Length => lun.Length;

    public bool HasEnabledPath => inUse.Length > 0;

    public bool IsReachable => HasEnabledPath && lun.IsAnswering;

    public LunConnection Connection => lun;

    public LunState State => state;

    public MultipathSettings Settings => settings;

    /// <summary>The ways into the LUN.</summary>
    public IReadOnlyList<Nexus> Nexuses => [.. paths.Select(NexusOf)];

    /// <summary>The key under which the host is registered with the LUN, on all paths; 0 for none.</summary>
    public ulong RegisteredKey { get; set; }

    /// <summary>What was asked of the LUN since statistics are gathered.</summary>
    public IoCounter Counter => counter;

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
        BlockRange.CheckNotEmpty(lun.Reach, offset, length);
        ValueTask<IoStatus> touched = IssueAsync(new TouchOperation(offset, length), token);
        if (!touched.IsCompletedSuccessfully)
        {
            return AfterTouchAsync(touched, offset, length, token);
        }

        IoStatus status = ResultOf(touched);
        return status == IoStatus.Success
            ? ExtentOperations.NextExtentAsync(Target(), offset, length, token)
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
            RegisterUnsynchronized();
            ChooseUnsynchronized();
        }

        NoteReturn();
    }

    /// <summary>Takes over what the administrator set.</summary>
    public void Apply(MultipathSettings newest)
    {
        lock (changing)
        {
            settings = newest;
            ChooseUnsynchronized();
        }

        NoteReturn();
    }

    /// <summary>Chooses the paths in use anew, after the state of a path has changed.</summary>
    public void Choose()
    {
        lock (changing)
        {
            ChooseUnsynchronized();
        }

        NoteReturn();
    }

    private async ValueTask<ExtentReply> AfterTouchAsync(
        ValueTask<IoStatus> touched, long offset, long length, CancellationToken token)
    {
        IoStatus status = await touched;
        return status == IoStatus.Success
            ? await ExtentOperations.NextExtentAsync(Target(), offset, length, token)
            : new ExtentReply(status, ExtentKind.Data, 0);
    }

    private ValueTask<IoStatus> IssueAsync<TOperation>(TOperation operation, CancellationToken token)
        where TOperation : struct, ILunOperation
    {
        BlockRange.Check(lun.Reach, operation.Offset, operation.Length);
        DevicePath? path = Pick(operation.Offset);
        if (path is not { HasTrouble: false } || (!state.IsPlain && state.Check(path.Port) != LunAnswer.Good))
        {
            return RecoverAsync(operation, path, token);
        }

        IBlockDevice device = Target(path);
        IoStatus fits = lun.Check(device, operation.Offset, operation.Length);
        if (fits != IoStatus.Success)
        {
            return ValueTask.FromResult(fits);
        }

        long covered = lun.WriteCount;
        long started = IsTimed ? Stamp() : 0;
        path.Begin();
        ValueTask<IoStatus> issued = operation.IssueAsync(device, token);
        if (!issued.IsCompletedSuccessfully)
        {
            return CompleteAsync(operation, path, issued, covered, started, token);
        }

        IoStatus status = ResultOf(issued);
        path.End();
        return status == IoStatus.Success || path.IsLinkUp
            ? ValueTask.FromResult(Finish(operation, path, status, covered, started))
            : AnalyseAsync(operation, path, token);
    }

    /// <summary>A timestamp; 0 stands for none.</summary>
    private long Stamp() => Math.Max(1, host.Time.GetTimestamp());

    private bool IsTimed =>
        host.IsGathering || settings.Policy is IoPolicy.Adaptive or IoPolicy.AdaptiveMinimumQueue;

    /// <summary>The LUN's bytes, behind what is wrong with the LUN.</summary>
    private IBlockDevice Target()
    {
        LunFault[] faults = state.Faults;
        return faults.Length == 0 ? lun.Current : new FaultyLun(lun.Current, faults, host);
    }

    /// <summary>The same, behind what the way there takes of time.</summary>
    private IBlockDevice Target(DevicePath path)
    {
        IBlockDevice device = Target();
        return path.Timing is { IsSuspended: false } timing ? new TimedLun(device, timing) : device;
    }

    /// <summary>The path that the policy gives to an I/O; null when none carries I/O.</summary>
    private DevicePath? Pick(long offset)
    {
        DevicePath[] usable = inUse;
        if (usable.Length == 0)
        {
            return null;
        }

        uint number = unchecked((uint)Interlocked.Increment(ref turn));
        MultipathSettings now = settings;
        return PathChoice.Pick(
            usable, now.Policy, number, offset / (now.PartitionSize ?? host.Tunables.PartitionSize));
    }

    /// <summary>Reads a value task that has completed.</summary>
    private static IoStatus ResultOf(in ValueTask<IoStatus> completed) => completed.Result;

    /// <summary>
    /// Waits for the LUN's answer; an error that came while the path broke counts for the path, not the LUN.
    /// </summary>
    private async ValueTask<IoStatus> CompleteAsync<TOperation>(
        TOperation operation, DevicePath path, ValueTask<IoStatus> issued, long covered, long started,
        CancellationToken token)
        where TOperation : struct, ILunOperation
    {
        IoStatus status;
        try
        {
            status = await issued;
        }
        finally
        {
            path.End();
        }

        return status == IoStatus.Success || path.IsLinkUp
            ? Finish(operation, path, status, covered, started)
            : await AnalyseAsync(operation, path, token);
    }

    private IoStatus Finish<TOperation>(
        TOperation operation, DevicePath path, IoStatus status, long covered, long started)
        where TOperation : struct, ILunOperation
    {
        LunOperationKind kind = operation.Kind;
        if (kind == LunOperationKind.Write)
        {
            lun.RecordWrite();
        }
        else if (kind == LunOperationKind.Flush && status == IoStatus.Success)
        {
            lun.RecordFlush(covered);
        }

        if (started != 0)
        {
            Count(kind, path, operation.Length, host.Time.GetElapsedTime(started));
        }

        return lun.Record(status);
    }

    private void Count(LunOperationKind kind, DevicePath path, long length, TimeSpan time)
    {
        path.RecordServiceTime(time);
        if (!host.IsGathering)
        {
            return;
        }

        if (kind == LunOperationKind.Read)
        {
            path.Counter.Read(length, time);
            counter.Read(length, time);
        }
        else if (kind == LunOperationKind.Write)
        {
            path.Counter.Write(length, time);
            counter.Write(length, time);
        }
    }

    private Nexus NexusOf(DevicePath path) => new(host.Name, path.Controller, path.Port);

    /// <summary>Registers paths that were not there when the host registered.</summary>
    private void RegisterUnsynchronized()
    {
        if (RegisteredKey == 0)
        {
            return;
        }

        foreach (DevicePath path in paths)
        {
            state.Reservations.TryJoin(NexusOf(path), RegisteredKey);
        }

        state.Reservations.Tell();
    }

    private void ChooseUnsynchronized()
    {
        DevicePath[] chosen = PathChoice.InUse(paths, settings.Policy, inUse);
        foreach (DevicePath path in paths)
        {
            path.SetInUse(chosen.Contains(path));
        }

        inUse = chosen;
    }
}
