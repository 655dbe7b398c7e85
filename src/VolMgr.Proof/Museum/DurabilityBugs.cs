using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Museum;

/// <summary>FL, ERR and CR: flushes, records and recovery.</summary>
internal static class DurabilityBugs
{
    /// <summary>After a flush that failed the volume counts as flushed.</summary>
    internal sealed class FailedFlushForgotten(Simulator simulator) : JitteredSteps(simulator)
    {
        private readonly HashSet<RecordId> failed = [];

        public override async ValueTask<IoStatus> FlushMemberAsync(PlexSet plexes, PlexMember member)
        {
            if (failed.Remove(member.Id))
            {
                return IoStatus.Success;
            }

            IoStatus status = await base.FlushMemberAsync(plexes, member);
            if (status != IoStatus.Success)
            {
                failed.Add(member.Id);
            }

            return status;
        }
    }

    /// <summary>A flush reaches the first plex only.</summary>
    internal sealed class FirstPlexFlushed(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<IoStatus> FlushMemberAsync(PlexSet plexes, PlexMember member) =>
            plexes.Members[0].Id == member.Id
                ? base.FlushMemberAsync(plexes, member)
                : ValueTask.FromResult(IoStatus.Success);
    }

    /// <summary>The flush does not wait for what it covers: it is answered when it has been sent.</summary>
    internal sealed class FlushNotAwaited(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<IoStatus> FlushMemberAsync(PlexSet plexes, PlexMember member)
        {
            _ = LaterAsync(plexes, member);
            return ValueTask.FromResult(IoStatus.Success);
        }

        private async Task LaterAsync(PlexSet plexes, PlexMember member)
        {
            await HoldAsync(20_000);
            await base.FlushMemberAsync(plexes, member);
        }
    }

    /// <summary>Who changes the plexes or stops the volume needs no flush, since nothing is in flight.</summary>
    internal sealed class NoFlushAtTheEnd(Simulator simulator) : JitteredSteps(simulator)
    {
        private VolumeGate? gate;

        public override ValueTask<PlexSet?> EnterAsync(VolumeGate gate, CancellationToken token)
        {
            this.gate = gate;
            return base.EnterAsync(gate, token);
        }

        public override ValueTask<IoStatus> FlushMemberAsync(PlexSet plexes, PlexMember member) =>
            gate is { IsFrozen: true, InFlight: 0 }
                ? ValueTask.FromResult(IoStatus.Success)
                : base.FlushMemberAsync(plexes, member);
    }

    /// <summary>A write is acknowledged when the record of a miss has been sent off.</summary>
    internal sealed class RecordNotAwaited(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<bool> RecordMissAsync(
            IVolumeOwner owner, RecordId volume, RecordId plex, IoStatus reason)
        {
            _ = base.RecordMissAsync(owner, volume, plex, reason).AsTask();
            return ValueTask.FromResult(true);
        }
    }

    /// <summary>Recovery is left out: plexes of the same generation are equal.</summary>
    internal sealed class EqualGenerationsAreEqual(Simulator simulator) : JitteredSteps(simulator)
    {
        public override bool MustEqualise(PlexMember member) => false;
    }
}
