using VolMgr.Arrays.Scsi;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Multipath;

/// <summary>Error analysis: what happens to an I/O whose path does not work, and how paths return.</summary>
internal sealed partial class MultipathDevice
{
    /// <summary>Between two looks at a LUN that has lost its last path.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>When the last path failed, as a timestamp; 0 while there is one.</summary>
    private long lostAt;

    /// <summary>Whether the loss of the last path was reported.</summary>
    private volatile bool isGivenUp;

    /// <summary>
    /// Disables the path by its failure: the next I/O takes another. With the last one the time for retries begins.
    /// </summary>
    public void Fail(DevicePath path)
    {
        bool isNew = !path.HasFailed;
        path.MarkFailed(host.Time, host.Tunables.HealthTime);
        Choose();
        if (!isNew)
        {
            return;
        }

        host.Tell(DmpEventKind.PathDisabled, path.Name, Name);
        int enabled = paths.Count(each => each.State == PathState.Enabled);
        if (enabled == 0)
        {
            Interlocked.CompareExchange(ref lostAt, Stamp(), 0);
        }
        else if (enabled < settings.Redundancy)
        {
            host.Tell(DmpEventKind.RedundancyLost, "", Name);
        }

        host.OnPathFailed?.Invoke();
    }

    /// <summary>
    /// Tries a failed path and enables it if it works. One that failed soon after its last return has to be well for
    /// the path age first, unless the LUN has no other.
    /// </summary>
    public void TryRestore(DevicePath path)
    {
        if (!path.MayReturn)
        {
            return;
        }

        if (!IsAnswering(path))
        {
            path.HealthySince = null;
            return;
        }

        path.HealthySince ??= host.Time.GetTimestamp();
        if (path.IsIntermittent && HasEnabledPath
            && host.Time.GetElapsedTime(path.HealthySince.Value) < host.Tunables.PathAge)
        {
            return;
        }

        Restore(path);
    }

    /// <summary>The path carries I/O again.</summary>
    public void Restore(DevicePath path)
    {
        bool wasFailed = path.HasFailed;
        path.MarkRestored(host.Time);
        Choose();
        if (wasFailed)
        {
            host.Tell(DmpEventKind.PathEnabled, path.Name, Name);
        }
    }

    /// <summary>A scan, or an enable command: the path is there, and works or does not.</summary>
    public void Inspect(DevicePath path)
    {
        path.MarkPresented();
        if (IsAnswering(path))
        {
            Restore(path);
        }
        else
        {
            Fail(path);
        }
    }

    public static bool IsAnswering(DevicePath path) => path.IsLinkUp && path.Trouble is not { Hangs: true };

    private void NoteReturn()
    {
        if (!HasEnabledPath || (Interlocked.Exchange(ref lostAt, 0) == 0 && !isGivenUp))
        {
            return;
        }

        if (isGivenUp)
        {
            isGivenUp = false;
            host.Tell(DmpEventKind.NodeEnabled, "", Name);
        }
    }

    /// <summary>
    /// An I/O that met trouble. It ends with the LUN's own answer as soon as a path carries it; with NotReachable when
    /// no path is left and none may return, or none did within the LUN's retry time.
    /// </summary>
    private async ValueTask<IoStatus> RecoverAsync<TOperation>(
        TOperation operation, DevicePath? first, CancellationToken token)
        where TOperation : struct, ILunOperation
    {
        int repeats = 0;
        long began = host.Time.GetTimestamp();
        for (DevicePath? path = first; ; path = Pick(operation.Offset))
        {
            if (path is null)
            {
                if (!await WaitForPathAsync(token))
                {
                    return IoStatus.NotReachable;
                }

                continue;
            }

            long started = IsTimed ? Stamp() : 0;
            TransportAnswer answer = await SendAsync(path, token);
            if (answer == TransportAnswer.Busy && MayRepeat(ref repeats, began))
            {
                continue;
            }

            if (answer != TransportAnswer.Good)
            {
                path.Counter.Fail();
                Fail(path);
                repeats = 0;
                continue;
            }

            await TakeOwnershipAsync(path, token);
            return await IssueOnAsync(operation, path, started, token);
        }
    }

    private async ValueTask<IoStatus> IssueOnAsync<TOperation>(
        TOperation operation, DevicePath path, long started, CancellationToken token)
        where TOperation : struct, ILunOperation
    {
        IBlockDevice device = Target(path);
        IoStatus fits = lun.Check(device, operation.Offset, operation.Length);
        if (fits != IoStatus.Success)
        {
            return fits;
        }

        if (!state.Reservations.IsActive)
        {
            long covered = lun.WriteCount;
            path.Begin();
            return await CompleteAsync(
                operation, path, operation.IssueAsync(device, token), covered, started, token);
        }

        return await IssueGuardedAsync(operation, path, device, started, token);
    }

    /// <summary>Hosts are registered with the LUN: it says who may, and knows what is under way.</summary>
    private async ValueTask<IoStatus> IssueGuardedAsync<TOperation>(
        TOperation operation, DevicePath path, IBlockDevice device, long started, CancellationToken token)
        where TOperation : struct, ILunOperation
    {
        Nexus nexus = NexusOf(path);
        bool isWrite = operation.Kind is LunOperationKind.Write or LunOperationKind.Flush;
        if (!state.Reservations.TryEnter(nexus, isWrite))
        {
            return IoStatus.ReservationConflict;
        }

        try
        {
            long covered = lun.WriteCount;
            path.Begin();
            return await CompleteAsync(
                operation, path, operation.IssueAsync(device, token), covered, started, token);
        }
        finally
        {
            state.Reservations.Leave(nexus);
        }
    }

    /// <summary>An I/O failed while its path broke: the path is to blame, and another one is asked.</summary>
    private ValueTask<IoStatus> AnalyseAsync<TOperation>(
        TOperation operation, DevicePath path, CancellationToken token)
        where TOperation : struct, ILunOperation
    {
        path.Counter.Fail();
        Fail(path);
        return RecoverAsync(operation, Pick(operation.Offset), token);
    }

    /// <summary>Sends a command down the path and says whether it reached the LUN.</summary>
    private async ValueTask<TransportAnswer> SendAsync(DevicePath path, CancellationToken token)
    {
        if (!path.IsLinkUp)
        {
            return TransportAnswer.Down;
        }

        if (path.Trouble is not { } trouble)
        {
            return TransportAnswer.Good;
        }

        if (trouble.TakeBusy())
        {
            return TransportAnswer.Busy;
        }

        TimeSpan limit = host.Tunables.CommandTimeout;
        if (!trouble.Hangs && trouble.Delay <= limit)
        {
            await host.Engine.DelayAsync(trouble.Delay, token);
            return path.IsLinkUp ? TransportAnswer.Good : TransportAnswer.Down;
        }

        await host.Engine.DelayAsync(limit, token);
        return TransportAnswer.TimedOut;
    }

    private bool MayRepeat(ref int repeats, long began)
    {
        MultipathSettings now = settings;
        return now.RetryTime is { } limit
            ? host.Time.GetElapsedTime(began) < limit
            : repeats++ < (now.RetryCount ?? host.Tunables.RetryCount);
    }

    /// <summary>
    /// An active/passive LUN that the other controller owns is moved here: by the array at once, or by a failover
    /// command where it wants to be told.
    /// </summary>
    private async ValueTask TakeOwnershipAsync(DevicePath path, CancellationToken token)
    {
        if (state.Check(path.Port) != LunAnswer.NotOwner)
        {
            return;
        }

        if (state.MoveTo(path.Port))
        {
            host.Tell(DmpEventKind.Trespass, path.Name, Name);
            await host.Engine.DelayAsync(LunState.TrespassTime, token);
        }
    }

    /// <summary>
    /// Waits a while for a path to return; false when it is time to give up. All I/O of the LUN shares one time, which
    /// began when the last path failed.
    /// </summary>
    private async ValueTask<bool> WaitForPathAsync(CancellationToken token)
    {
        long lost = Interlocked.Read(ref lostAt);
        TimeSpan left = lost == 0
            ? TimeSpan.Zero
            : host.Tunables.LunRetryTimeout - host.Time.GetElapsedTime(lost);
        if (HasEnabledPath)
        {
            return true;
        }

        if (!paths.Any(path => path.MayReturn) || left <= TimeSpan.Zero)
        {
            GiveUp();
            return false;
        }

        await host.Engine.DelayAsync(left < RetryPause ? left : RetryPause, token);
        foreach (DevicePath path in paths)
        {
            TryRestore(path);
        }

        return true;
    }

    private void GiveUp()
    {
        if (!isGivenUp)
        {
            isGivenUp = true;
            host.Tell(DmpEventKind.NodeDisabled, "", Name);
        }
    }
}
