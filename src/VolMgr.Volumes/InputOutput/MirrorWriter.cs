using System.Collections.Immutable;
using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// The one path of writes, zeroes and discards.
/// </summary>
/// <remarks>
/// w1 gate and plex set, once; w2 the range, exclusive; w3 detach maps and dirty regions durable; w4 the same bytes to
/// every plex that takes writes; w5 all answers, the first error sticks; w6 a plex that missed is durably out; w7 dirty
/// count drops; w8 range and gate are left; w9 acknowledged.
/// <para>What an acknowledgement says: every plex that is not durably out holds the mutation, and at least one of
/// them is complete. What a failure says: each sector holds the old or the new bytes, and all plexes that are still in
/// agree, because all but one were given up where they might differ.</para>
/// <para>Cancellation is honoured until the first plex is written and ignored after, or plexes would differ.</para>
/// </remarks>
internal sealed class MirrorWriter(VolumeCore core, MirrorReader reader)
{
    private const int SectorSize = 512;

    public async ValueTask<IoStatus> MutateAsync(Mutation mutation, CancellationToken token)
    {
        PlexSet? plexes = await core.Steps.EnterAsync(core.Gate, token);
        if (plexes is null)
        {
            return IoStatus.NotReachable;
        }

        try
        {
            if (mutation.Range.End > plexes.Length)
            {
                return IoStatus.NotReachable; // the volume was shrunk since its user asked for its length
            }

            await core.Steps.ReachedAsync(DataPathStep.WriteEntered, mutation.Offset, mutation.Length);
            if (!await core.EnsureDirtyAsync())
            {
                return IoStatus.NotReachable;
            }

            RangeHold hold = await core.Locks.AcquireAsync(
                mutation.Offset, mutation.Length, core.Steps.LockClass(mutation.Kind), token);
            try
            {
                return mutation.Range.IsAligned(SectorSize)
                    ? await MutateLockedAsync(plexes, mutation, token)
                    : await PatchLockedAsync(plexes, mutation, token);
            }
            finally
            {
                hold.Release();
            }
        }
        finally
        {
            core.Gate.Leave();
        }
    }

    /// <summary>Changes bytes inside sectors: reads the sectors at the edges, under the lock that keeps every other
    /// change of them out until they are written.</summary>
    private async ValueTask<IoStatus> PatchLockedAsync(PlexSet plexes, Mutation patch, CancellationToken token)
    {
        ByteRange whole = patch.Range.RoundOut(SectorSize);
        using var sectors = new StableBuffer((int)whole.Length);
        IoStatus status = await ReadEdgesAsync(plexes, patch.Range, whole, sectors.Memory, token);
        if (status != IoStatus.Success)
        {
            return status;
        }

        await core.Steps.ReachedAsync(DataPathStep.EdgesRead, patch.Offset, patch.Length);
        Memory<byte> changed = sectors.Memory.Slice((int)(patch.Offset - whole.Offset), (int)patch.Length);
        if (patch.Kind == MutationKind.Write)
        {
            patch.Data.CopyTo(changed);
        }
        else
        {
            changed.Span.Clear();
        }

        WriteFlags flags = patch.Flags & WriteFlags.ForceUnitAccess;
        var write = new Mutation(MutationKind.Write, whole.Offset, whole.Length, sectors.Memory, flags);
        return await MutateLockedAsync(plexes, write with { IsStable = true }, token);
    }

    private async ValueTask<IoStatus> ReadEdgesAsync(
        PlexSet plexes, ByteRange patch, ByteRange whole, Memory<byte> sectors, CancellationToken token)
    {
        if (whole.Length <= 2 * SectorSize)
        {
            return await reader.ReadForChangeAsync(plexes, whole.Offset, sectors, token);
        }

        IoStatus status = patch.Offset == whole.Offset
            ? IoStatus.Success
            : await reader.ReadForChangeAsync(plexes, whole.Offset, sectors[..SectorSize], token);
        return status != IoStatus.Success || patch.End == whole.End
            ? status
            : await reader.ReadForChangeAsync(plexes, whole.End - SectorSize, sectors[^SectorSize..], token);
    }

    private async ValueTask<IoStatus> MutateLockedAsync(PlexSet plexes, Mutation mutation, CancellationToken token)
    {
        await core.Steps.ReachedAsync(DataPathStep.WriteLocked, mutation.Offset, mutation.Length);
        if (core.DetachMaps is { } maps
            && !await core.Steps.MarkMissedAsync(maps, mutation.Offset, mutation.Length))
        {
            return IoStatus.NotReachable;
        }

        DirtyRegionLog? log = core.Log;
        if (log is not null
            && !await core.Steps.MarkDirtyRegionsAsync(log, mutation.Offset, mutation.Length))
        {
            return IoStatus.NotReachable;
        }

        try
        {
            token.ThrowIfCancellationRequested();
            if (log is not null)
            {
                await core.Steps.ReachedAsync(DataPathStep.WriteMarked, mutation.Offset, mutation.Length);
            }

            await core.Steps.ReachedAsync(DataPathStep.WriteIssuing, mutation.Offset, mutation.Length);
            IoStatus status = plexes.Members.Length == 1
                ? await MutateOnlyPlexAsync(plexes.Members[0], mutation)
                : await MutateAllAsync(plexes, mutation);
            await core.Steps.ReachedAsync(DataPathStep.WriteAcknowledging, mutation.Offset, mutation.Length);
            return status;
        }
        finally
        {
            log?.Drop(mutation.Offset, mutation.Length);
        }
    }

    private async ValueTask<IoStatus> MutateOnlyPlexAsync(PlexMember member, Mutation mutation) =>
        member.Device.IsFaulted || member.Role != PlexRole.ReadWrite
            ? IoStatus.NotReachable
            : await core.Steps.SendAsync(member, mutation);

    private async ValueTask<IoStatus> MutateAllAsync(PlexSet plexes, Mutation mutation)
    {
        IoStatus?[]? legs = await SendAsync(plexes.Members, mutation);
        await core.Steps.ReachedAsync(DataPathStep.WriteLanded, mutation.Offset, mutation.Length);
        if (legs is null || Array.TrueForAll(legs, static leg => leg == IoStatus.Success))
        {
            return plexes.ReadableCount > 0 ? IoStatus.Success : IoStatus.NotReachable;
        }

        IoStatus settled = await SettleMissesAsync(plexes, legs);
        await core.Steps.ReachedAsync(DataPathStep.WriteMissRecorded, mutation.Offset, mutation.Length);
        return settled;
    }

    /// <summary>Sends the same bytes to every member; a member that was out already is not sent to and answers
    /// null. No answers: all took it at once.</summary>
    private async ValueTask<IoStatus?[]?> SendAsync(ImmutableArray<PlexMember> members, Mutation mutation)
    {
        using StableBuffer? stable = mutation is { Kind: MutationKind.Write, IsStable: false }
            ? StableBuffer.CopyOf(mutation.Data)
            : null;
        Mutation sent = stable is null ? mutation : mutation with { Data = stable.Memory };
        IoStatus?[]? legs = null;
        List<(int Index, ValueTask<IoStatus> Write)>? pending = null;
        for (int index = 0; index < members.Length; index++)
        {
            PlexMember member = members[index];
            IoStatus? leg = null;
            if (!core.Steps.TakesMutation(member, mutation.Kind))
            {
                leg = IoStatus.Success;
            }
            else if (!member.Device.IsFaulted)
            {
                ValueTask<IoStatus> write = core.Steps.SendAsync(member, sent);
                if (StatusGather.TryTake(write, out IoStatus status))
                {
                    leg = status;
                }
                else
                {
                    (pending ??= []).Add((index, write));
                }
            }

            if (legs is null && leg != IoStatus.Success)
            {
                legs = new IoStatus?[members.Length];
                Array.Fill(legs, IoStatus.Success, 0, index);
            }

            if (legs is not null)
            {
                legs[index] = leg;
            }
        }

        // Every answer is awaited: the buffer goes back to the pool only when no device refers to it.
        foreach ((int index, ValueTask<IoStatus> write) in pending ?? [])
        {
            legs![index] = await write; // it was made when the first write did not end at once
        }

        return legs;
    }

    private async ValueTask<IoStatus> SettleMissesAsync(PlexSet plexes, IoStatus?[] legs)
    {
        ImmutableArray<PlexMember> members = plexes.Members;
        IoStatus first = Array.Find(legs, static leg => leg is not null and not IoStatus.Success)
            ?? IoStatus.NotReachable;
        if (HasCompleteHolder(members, legs))
        {
            bool areOut = true;
            for (int index = 0; index < members.Length; index++)
            {
                if (legs[index] != IoStatus.Success)
                {
                    areOut &= await core.Faults.FaultAsync(plexes, members[index], legs[index] ?? first);
                }
            }

            // Another write may have taken the holder out meanwhile: decided again after the last wait.
            if (areOut && HasCompleteHolder(members, legs))
            {
                return IoStatus.Success;
            }
        }

        await KeepOneAsync(plexes, legs, first);
        return first;
    }

    private bool HasCompleteHolder(ImmutableArray<PlexMember> members, IoStatus?[] legs)
    {
        for (int index = 0; index < members.Length; index++)
        {
            if (legs[index] == IoStatus.Success && core.Steps.IsReadable(members[index]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The mutation failed: gives up every plex that may now differ from the one that is kept.</summary>
    private async ValueTask KeepOneAsync(PlexSet plexes, IoStatus?[] legs, IoStatus reason)
    {
        ImmutableArray<PlexMember> members = plexes.Members;
        int kept = 0;
        while (kept < members.Length && !core.Steps.IsReadable(members[kept]))
        {
            kept++;
        }

        if (kept == members.Length)
        {
            return;
        }

        for (int index = 0; index < members.Length; index++)
        {
            bool agree = legs[index] == IoStatus.Success && legs[kept] == IoStatus.Success;
            if (index != kept && !agree && !members[index].Device.IsFaulted)
            {
                await core.Faults.FaultAsync(plexes, members[index], legs[index] ?? reason);
            }
        }
    }
}
