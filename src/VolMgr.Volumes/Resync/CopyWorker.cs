using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Recovery;

namespace VolMgr.Volumes.Resync;

/// <summary>What a step of a copy did.</summary>
/// <param name="Outcome">Completed when it succeeded, else how the copy has to end.</param>
/// <param name="Done">Bytes from the start of the range that are on the target now.</param>
/// <param name="Copied">Bytes of them that were read and written.</param>
/// <param name="Reason">What a device answered.</param>
internal readonly record struct CopyStepResult(PlexCopyState Outcome, long Done, long Copied, IoStatus Reason);

/// <summary>
/// Brings one range from a complete plex to the target.
/// </summary>
/// <remarks>
/// c2 the range exclusive, so that nothing of it changes; c4 read; c5 write; map marked; c8 released. The lock is held
/// from before the read until after the map: a write that comes meanwhile waits and then goes to both. Within one hold
/// at most one step of data is moved, or 16 MiB zeroed, or any length skipped where both sides are holes: an
/// application never waits longer than that. The gate is held too, so that no plex leaves meanwhile. A target error
/// never reaches an application, and never counts as done.
/// </remarks>
internal sealed class CopyWorker(
    VolumeDevice volume, RecordId target, CopyMap map, long ioSize, Func<long, long> limitStep) : IDisposable
{
    private const long ZeroStep = 16L << 20;

    /// <summary>A hole shorter than this between data is copied with it: one transfer is cheaper than three
    /// calls.</summary>
    private const long SmallestHole = 64L << 10;

    private readonly StableBuffer buffer = new((int)ioSize);
    private readonly VolumeCore core = volume.Core;

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();

    /// <summary>Copies a range from its start as far as one hold of the lock goes; where data is not paid for, only as
    /// far as the source has nothing.</summary>
    public async Task<CopyStepResult> CopyAsync(ByteRange range, bool mayMove = true)
    {
        PlexSet? plexes = await core.Steps.EnterAsync(core.Gate, CancellationToken.None);
        if (plexes is null)
        {
            return new CopyStepResult(PlexCopyState.Suspended, 0, 0, IoStatus.NotReachable);
        }

        try
        {
            PlexMember? member = plexes.Find(target);
            if (member is null || member.Device.IsFaulted || range.End > plexes.Length)
            {
                return new CopyStepResult(
                    PlexCopyState.TargetFailed, 0, 0, member?.Device.Fault?.Reason ?? IoStatus.NotReachable);
            }

            Invariant.Holds(member.Role == PlexRole.WriteOnly);
            RangeHold hold = await core.Steps.LockForCopyAsync(
                core.Locks, range.Offset, range.Length, CancellationToken.None);
            map.BeginWork(range);
            try
            {
                return await CopyHeldAsync(plexes, member, range, mayMove);
            }
            finally
            {
                map.EndWork(range);
                hold.Release();
            }
        }
        finally
        {
            core.Gate.Leave();
            core.Steps.CopyEnds(map, range);
            await core.Steps.ReachedAsync(DataPathStep.CopyReleased, range.Offset, range.Length);
        }
    }

    private async Task<CopyStepResult> CopyHeldAsync(
        PlexSet plexes, PlexMember member, ByteRange range, bool mayMove)
    {
        await core.Steps.ReachedAsync(DataPathStep.CopyLocked, range.Offset, range.Length);
        core.Steps.CopyBegins(map, range);
        if (core.Unrecovered?.IsPending(range.Offset, range.Length) == true)
        {
            // What is copied here must be what an application will read: the truth is chosen first.
            range = range with { Length = Math.Min(range.Length, ioSize) };
            IoStatus recovered = await RangeRecovery.EqualiseAsync(core, plexes, range);
            if (recovered != IoStatus.Success)
            {
                return new CopyStepResult(PlexCopyState.SourceFailed, 0, 0, recovered);
            }
        }

        CopyStepResult result = await TransferAsync(plexes, member, range, mayMove);
        await core.Steps.ReachedAsync(DataPathStep.CopyWritten, range.Offset, range.Length);
        if (result is { Outcome: PlexCopyState.Completed, Done: > 0 })
        {
            core.Steps.MarkCopied(map, new ByteRange(range.Offset, result.Done));
        }

        return result;
    }

    private async Task<CopyStepResult> TransferAsync(
        PlexSet plexes, PlexMember member, ByteRange range, bool mayMove)
    {
        long done = 0;
        long copied = 0;
        long zeroed = 0;
        long step = limitStep(ioSize);
        while (done < range.Length && copied < step && zeroed < ZeroStep && !member.Device.IsFaulted)
        {
            var rest = new ByteRange(range.Offset + done, range.Length - done);
            long gap = member.Device.GapAt(rest.Offset, rest.Length);
            if (gap > 0)
            {
                done += gap;
                continue;
            }

            ExtentReply extent = await SourceExtentAsync(plexes, rest);
            if (extent.Kind == ExtentKind.Hole)
            {
                (IoStatus status, long cleared, bool wrote) = await ClearAsync(
                    member, new ByteRange(rest.Offset, extent.Length));
                if (status != IoStatus.Success)
                {
                    return await FailTargetAsync(plexes, member, status);
                }

                done += cleared;
                zeroed += wrote ? cleared : 0;
                continue;
            }

            if (!mayMove)
            {
                break; // data that an application wrote since this was planned as a hole
            }

            int length = (int)Math.Min(extent.Length, step - copied);
            CopyStepResult? failed = await MoveAsync(plexes, member, rest.Offset, buffer.Memory[..length]);
            if (failed is { } result)
            {
                return result;
            }

            done += length;
            copied += length;
        }

        return member.Device.IsFaulted
            ? new CopyStepResult(
                PlexCopyState.TargetFailed, 0, 0, member.Device.Fault?.Reason ?? IoStatus.NotReachable)
            : new CopyStepResult(PlexCopyState.Completed, done, copied, IoStatus.Success);
    }

    /// <summary>Reads the source and writes the target; null when both went well.</summary>
    private async Task<CopyStepResult?> MoveAsync(
        PlexSet plexes, PlexMember member, long offset, Memory<byte> data)
    {
        IoStatus read = core.Steps.JudgeSource(await volume.Reader.ReadHeldAsync(plexes, offset, data));
        if (read != IoStatus.Success)
        {
            return new CopyStepResult(PlexCopyState.SourceFailed, 0, 0, read);
        }

        await core.Steps.ReachedAsync(DataPathStep.CopyRead, offset, data.Length);
        IoStatus written = core.Steps.JudgeTarget(
            await core.Steps.CopyWriteAsync(member, offset, data));
        return written == IoStatus.Success ? null : await FailTargetAsync(plexes, member, written);
    }

    private async Task<CopyStepResult> FailTargetAsync(PlexSet plexes, PlexMember member, IoStatus status)
    {
        await core.Faults.FaultAsync(plexes, member, status);
        return new CopyStepResult(PlexCopyState.TargetFailed, 0, 0, status);
    }

    /// <summary>The extent at the start of the range. A device that cannot tell is taken to hold data; short holes
    /// between data count as data.</summary>
    private async ValueTask<ExtentReply> SourceExtentAsync(PlexSet plexes, ByteRange range)
    {
        PlexMember? source = volume.Reader.ChooseReadable(plexes);
        if (source is null)
        {
            return new ExtentReply(IoStatus.Success, ExtentKind.Data, range.Length);
        }

        long data = 0;
        while (data < Math.Min(range.Length, ioSize))
        {
            ExtentReply extent = await source.Device.NextExtentAsync(
                range.Offset + data, range.Length - data, CancellationToken.None);
            if (extent.Status != IoStatus.Success)
            {
                return new ExtentReply(IoStatus.Success, ExtentKind.Data, range.Length);
            }

            bool isHole = extent.Kind == ExtentKind.Hole;
            if (isHole && data == 0)
            {
                return extent;
            }

            if (isHole && extent.Length >= SmallestHole)
            {
                break;
            }

            data += extent.Length;
        }

        return new ExtentReply(IoStatus.Success, ExtentKind.Data, data);
    }

    /// <summary>Makes the start of a range zero on the target: nothing to do where it is a known hole.</summary>
    private async ValueTask<(IoStatus Status, long Length, bool Wrote)> ClearAsync(PlexMember member, ByteRange range)
    {
        ExtentReply extent = await member.Device.NextExtentAsync(range.Offset, range.Length, CancellationToken.None);
        if (extent is { Status: IoStatus.Success, Kind: ExtentKind.Hole })
        {
            return (IoStatus.Success, extent.Length, false);
        }

        long length = Math.Min(extent.Status == IoStatus.Success ? extent.Length : range.Length, ZeroStep);
        IoStatus status = core.Steps.JudgeTarget(
            await core.Steps.CopyClearAsync(member, range.Offset, length));
        return (status, length, true);
    }
}
