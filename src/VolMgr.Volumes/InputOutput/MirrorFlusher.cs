using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Makes every write that was acknowledged before durable, on every plex that takes writes.
/// </summary>
/// <remarks>
/// A plex whose flush fails is durably out before the flush is acknowledged. When the last complete plex fails, the
/// client is told, and the debt of its disks stands: the next flush is really sent again.
/// </remarks>
internal sealed class MirrorFlusher(VolumeCore core)
{
    /// <summary>A flush of an application; or one ahead of a change that takes a plex out, whatever is on
    /// that.</summary>
    public async ValueTask<IoStatus> FlushAsync(CancellationToken token, RecordId? leaving = null)
    {
        PlexSet? plexes = await core.Steps.EnterAsync(core.Gate, token);
        if (plexes is null)
        {
            return IoStatus.NotReachable;
        }

        try
        {
            await core.Steps.ReachedAsync(DataPathStep.FlushEntered, 0, 0);
            IoStatus status = await FlushMembersAsync(plexes, leaving);
            await core.Steps.ReachedAsync(DataPathStep.FlushLanded, 0, 0);
            return status;
        }
        finally
        {
            core.Gate.Leave();
        }
    }

    /// <summary>Flushes every member of a set but the one that leaves for good, whose debt stands. The caller knows
    /// that the set is not replaced meanwhile, or does not depend on plexes that join later.</summary>
    public async Task<IoStatus> FlushMembersAsync(PlexSet plexes, RecordId? leaving = null)
    {
        ImmutableArray<PlexMember> members = Without(plexes, leaving);
        var started = new Task<IoStatus>?[members.Length];
        for (int index = 0; index < members.Length; index++)
        {
            started[index] = members[index].Device.IsFaulted
                ? null
                : core.Steps.FlushMemberAsync(plexes, members[index]).AsTask();
        }

        IoStatus folded = IoStatus.Success;
        bool hasComplete = false;
        for (int index = 0; index < members.Length; index++)
        {
            PlexMember member = members[index];
            IoStatus status = started[index] is { } flush
                ? await flush
                : member.Device.Fault?.Reason ?? IoStatus.NotReachable;
            if (status == IoStatus.Success)
            {
                hasComplete |= member.Role == PlexRole.ReadWrite;
            }
            else if (!await core.Faults.FaultAsync(plexes, member, status) && folded == IoStatus.Success)
            {
                folded = status;
            }
        }

        return folded == IoStatus.Success && !hasComplete ? IoStatus.NotReachable : folded;
    }

    /// <summary>All members where no other than the one that leaves is complete: its answer counts then.</summary>
    private static ImmutableArray<PlexMember> Without(PlexSet plexes, RecordId? leaving)
    {
        bool othersAreComplete = leaving is not null && plexes.Members.Any(member =>
            member.Id != leaving && member is { Role: PlexRole.ReadWrite, Device.IsFaulted: false });
        return othersAreComplete ? plexes.Members.RemoveAll(member => member.Id == leaving) : plexes.Members;
    }
}
