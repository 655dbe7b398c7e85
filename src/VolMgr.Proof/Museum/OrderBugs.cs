using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Proof.Museum;

/// <summary>ORD: ordering between writers, readers and the copier.</summary>
internal static class OrderBugs
{
    /// <summary>The copier does not wait for writers that are in flight already.</summary>
    internal sealed class CopierPassesWriters(Simulator simulator) : JitteredSteps(simulator)
    {
        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
            (asked != RangeClass.Exclusive || earlier != RangeClass.Write)
            && base.MustWait(asked, earlier, earlierHolds);
    }

    /// <summary>An application's write goes to the target while the copy of the same range is on its way.</summary>
    internal sealed class WritersPassTheCopier(Simulator simulator) : JitteredSteps(simulator)
    {
        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
            (asked != RangeClass.Write || earlier != RangeClass.Exclusive)
            && base.MustWait(asked, earlier, earlierHolds);
    }

    /// <summary>The range is given back when the source has been read, before the target is written.</summary>
    internal sealed class ReleasedBeforeWritten(Simulator simulator) : JitteredSteps(simulator)
    {
        private const long Elsewhere = 1L << 40;
        private readonly Dictionary<long, RangeHold> held = [];

        public override async ValueTask<RangeHold> LockForCopyAsync(
            RangeLockTable locks, long offset, long length, CancellationToken token)
        {
            held[offset] = await base.LockForCopyAsync(locks, offset, length, token);
            return await locks.AcquireAsync(Elsewhere + offset, length, RangeClass.Shared, token);
        }

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            if (step is DataPathStep.CopyRead or DataPathStep.CopyReleased)
            {
                foreach (long start in held.Keys.Where(start => start <= offset && offset < start + (1 << 20)).ToList())
                {
                    held.Remove(start, out RangeHold hold);
                    hold.Release();
                }
            }

            return base.ReachedAsync(step, offset, length);
        }
    }

    /// <summary>A handle keeps the plexes that it saw when it was opened.</summary>
    internal sealed class HandlesKeepTheirPlexes(Simulator simulator) : JitteredSteps(simulator)
    {
        private PlexSet? seen;
        private int requests;

        public override async ValueTask<PlexSet?> EnterAsync(VolumeGate gate, CancellationToken token)
        {
            PlexSet? now = await base.EnterAsync(gate, token);
            seen ??= now;
            return ++requests % 4 == 0 && now is not null && seen?.Length == now.Length ? seen : now;
        }
    }

    /// <summary>A change waits for writes, not for reads.</summary>
    internal sealed class DrainsWritesOnly(Simulator simulator) : JitteredSteps(simulator)
    {
        private int writes;

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            writes += step == DataPathStep.WriteEntered ? 1 : step == DataPathStep.WriteAcknowledging ? -1 : 0;
            return step == DataPathStep.ReadEntered
                ? new ValueTask(HoldAsync(30_000))
                : base.ReachedAsync(step, offset, length);
        }

        public override async Task DrainAsync(VolumeGate gate)
        {
            while (writes > 0 && gate.InFlight > 0)
            {
                await HoldAsync(500);
            }
        }
    }

    /// <summary>A copy uses the length that the one before it had.</summary>
    internal sealed class LengthOfTheOneBefore(Simulator simulator) : JitteredSteps(simulator)
    {
        private int before = int.MaxValue;

        public override ValueTask<IoStatus> CopyWriteAsync(PlexMember target, long offset, Memory<byte> data)
        {
            Memory<byte> part = data[..Math.Min(data.Length, before)];
            before = data.Length;
            return base.CopyWriteAsync(target, offset, part);
        }
    }

    /// <summary>That all was copied is believed once found, and not asked again when the gate is closed; an end of the
    /// planner counts as that.</summary>
    internal sealed class CompleteIsRemembered(Simulator simulator) : JitteredSteps(simulator)
    {
        public override Task AwaitWorkersAsync(IReadOnlyList<Task> workers) => workers[0];

        public override bool IsCopyComplete(CopyMap map, PlexDevice target) => true;
    }
}
