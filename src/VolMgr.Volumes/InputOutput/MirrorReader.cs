using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Recovery;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Reads from one complete plex by the read policy; tries the next one after an error, and repairs the one that failed.
/// </summary>
/// <remarks>
/// Where a volume has two or more complete plexes a read holds its range shared, so that two reads never see new data
/// and then old. A range that recovery has not reached yet is recovered by the read itself, under the exclusive lock,
/// so that repeated reads agree. A plex that is being attached, and one that is out, is never read here.
/// </remarks>
internal sealed class MirrorReader(VolumeCore core)
{
    private int turn;

    public async ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        PlexSet? plexes = await core.Steps.EnterAsync(core.Gate, token);
        if (plexes is null || offset + buffer.Length > plexes.Length)
        {
            if (plexes is not null)
            {
                core.Gate.Leave();
            }

            return IoStatus.NotReachable;
        }

        try
        {
            await core.Steps.ReachedAsync(DataPathStep.ReadEntered, offset, buffer.Length);
            if (core.Unrecovered?.IsPending(offset, buffer.Length) == true)
            {
                return await ReadRecoveringAsync(plexes, offset, buffer, token);
            }

            return plexes.ReadableCount < 2
                ? (await ReadAnyAsync(plexes, offset, buffer, token)).Status
                : await ReadSharedAsync(plexes, offset, buffer, token);
        }
        finally
        {
            core.Gate.Leave();
        }
    }

    /// <summary>Reads some complete plex for the copier, which holds the range.</summary>
    public async ValueTask<IoStatus> ReadHeldAsync(PlexSet plexes, long offset, Memory<byte> buffer) =>
        (await ReadAnyAsync(plexes, offset, buffer, CancellationToken.None)).Status;

    /// <summary>Reads for a write of the same range, which holds it: what is not yet recovered is made equal first, so
    /// that what is written back is what an application would have read.</summary>
    public async ValueTask<IoStatus> ReadForChangeAsync(
        PlexSet plexes, long offset, Memory<byte> buffer, CancellationToken token)
    {
        if (core.Unrecovered?.IsPending(offset, buffer.Length) == true)
        {
            IoStatus equal = await RangeRecovery.EqualiseAsync(core, plexes, new ByteRange(offset, buffer.Length));
            if (equal != IoStatus.Success)
            {
                return equal;
            }
        }

        return (await ReadAnyAsync(plexes, offset, buffer, token)).Status;
    }

    /// <summary>A complete plex to ask for extents, or null.</summary>
    public PlexMember? ChooseReadable(PlexSet plexes)
    {
        foreach (PlexMember member in plexes.Members)
        {
            if (core.Steps.IsReadable(member))
            {
                return member;
            }
        }

        return null;
    }

    private async ValueTask<IoStatus> ReadSharedAsync(
        PlexSet plexes, long offset, Memory<byte> buffer, CancellationToken token)
    {
        IoStatus status;
        List<PlexMember>? failed;
        RangeHold hold = await core.Locks.AcquireAsync(offset, buffer.Length, RangeClass.Shared, token);
        try
        {
            (status, failed) = await ReadAnyAsync(plexes, offset, buffer, token);
            await core.Steps.ReachedAsync(DataPathStep.ReadServed, offset, buffer.Length);
        }
        finally
        {
            hold.Release();
        }

        if (status == IoStatus.Success && failed is { Count: > 0 })
        {
            await RepairAsync(plexes, new ByteRange(offset, buffer.Length), failed);
        }

        return status;
    }

    private async ValueTask<IoStatus> ReadRecoveringAsync(
        PlexSet plexes, long offset, Memory<byte> buffer, CancellationToken token)
    {
        RangeHold hold = await core.Locks.AcquireAsync(offset, buffer.Length, RangeClass.Exclusive, token);
        try
        {
            return await ReadForChangeAsync(plexes, offset, buffer, token);
        }
        finally
        {
            hold.Release();
        }
    }

    /// <summary>Reads from the first complete plex that can, by the policy; tells which ones could not.</summary>
    private async ValueTask<(IoStatus Status, List<PlexMember>? Failed)> ReadAnyAsync(
        PlexSet plexes, long offset, Memory<byte> buffer, CancellationToken token)
    {
        ImmutableArray<PlexMember> members = plexes.Members;
        if (members.IsEmpty)
        {
            return (IoStatus.NotReachable, null); // the volume is being stopped
        }

        IoStatus first = IoStatus.Success;
        List<PlexMember>? failed = null;
        int start = FirstChoice(plexes);
        for (int step = 0; step < members.Length; step++)
        {
            PlexMember member = members[(start + step) % members.Length];
            if (!core.Steps.IsReadable(member))
            {
                continue;
            }

            IoStatus status = await member.Device.ReadAsync(offset, buffer, token);
            if (status == IoStatus.Success)
            {
                return (status, failed);
            }

            first = first == IoStatus.Success ? status : first;
            (failed ??= []).Add(member);
        }

        return (first == IoStatus.Success ? IoStatus.NotReachable : first, failed);
    }

    private int FirstChoice(PlexSet plexes)
    {
        if (plexes.Preferred is { } preferred && plexes.Policy != ReadPolicy.Round)
        {
            return preferred;
        }

        uint next = unchecked((uint)Interlocked.Increment(ref turn));
        return (int)(next % (uint)plexes.Members.Length);
    }

    /// <summary>Reads the range again from a plex that can and writes it to those that could not, with everybody else
    /// kept out; a plex that cannot take it is given up.</summary>
    private async ValueTask RepairAsync(PlexSet plexes, ByteRange range, List<PlexMember> failed)
    {
        RangeHold hold = await core.Locks.AcquireAsync(
            range.Offset, range.Length, RangeClass.Exclusive, CancellationToken.None);
        try
        {
            using var buffer = new StableBuffer((int)range.Length);
            PlexMember? good = await ReadGoodAsync(plexes, range, failed, buffer.Memory);
            foreach (PlexMember member in failed)
            {
                if (good is null || member.Device.IsFaulted)
                {
                    continue;
                }

                IoStatus status = await member.Device.WriteAsync(
                    range.Offset, buffer.Memory, WriteFlags.None, CancellationToken.None);
                if (status != IoStatus.Success)
                {
                    await core.Faults.FaultAsync(plexes, member, status);
                }
            }
        }
        finally
        {
            hold.Release();
        }
    }

    private async ValueTask<PlexMember?> ReadGoodAsync(
        PlexSet plexes, ByteRange range, List<PlexMember> failed, Memory<byte> buffer)
    {
        foreach (PlexMember member in plexes.Members)
        {
            if (core.Steps.IsReadable(member)
                && !failed.Contains(member)
                && await member.Device.ReadAsync(range.Offset, buffer, CancellationToken.None) == IoStatus.Success)
            {
                return member;
            }
        }

        return null;
    }
}
