using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Proof.Museum;

/// <summary>SW, CR and PH: switching, and what never ends.</summary>
internal static class SwitchBugs
{
    /// <summary>The drain returns under load.</summary>
    internal sealed class DrainGivesUp(Simulator simulator) : JitteredSteps(simulator)
    {
        public override Task DrainAsync(VolumeGate gate) =>
            gate.InFlight > 1 ? Task.CompletedTask : base.DrainAsync(gate);

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length) =>
            step == DataPathStep.WriteEntered
                ? new ValueTask(HoldAsync(30_000))
                : base.ReachedAsync(step, offset, length);
    }

    /// <summary>A copy is called complete when everything is copied, before the plex is in.</summary>
    internal sealed class CompleteBeforeTheSwitch(Simulator simulator) : JitteredSteps(simulator)
    {
        private VolumeTask? task;

        public override void CopyStarts(PlexCopyOptions options, CopyMap map)
        {
            base.CopyStarts(options, map);
            task = options.Task;
        }

        public override bool IsCopyComplete(CopyMap map, PlexDevice target)
        {
            bool isComplete = base.IsCopyComplete(map, target);
            if (isComplete)
            {
                task?.Finish(TaskState.Completed);
            }

            return isComplete;
        }
    }

    /// <summary>After a change somebody still holds the gate.</summary>
    internal sealed class GateLeftClosed(Simulator simulator) : JitteredSteps(simulator)
    {
        private int changes;

        public override async Task<T> CommitFrozenAsync<T>(VolumeGate gate, Func<Task<T>> commit)
        {
            T result = await commit();
            if (++changes == 3)
            {
                _ = gate.FreezeAsync();
            }

            return result;
        }
    }

    /// <summary>The end of a copy is noticed when it marks something: one with nothing to do never ends.</summary>
    internal sealed class EmptyCopyNeverEnds(Simulator simulator) : JitteredSteps(simulator)
    {
        private readonly TaskCompletionSource never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private CopyMap? begun;
        private bool isMarked;

        public override void CopyStarts(PlexCopyOptions options, CopyMap map)
        {
            base.CopyStarts(options, map);
            begun = map;
            isMarked = false;
        }

        public override void MarkCopied(CopyMap map, ByteRange range)
        {
            isMarked = true;
            base.MarkCopied(map, range);
        }

        public override async Task AwaitWorkersAsync(IReadOnlyList<Task> workers)
        {
            await base.AwaitWorkersAsync(workers);
            if (begun?.IsComplete == true && !isMarked)
            {
                await never.Task;
            }
        }
    }

    /// <summary>The record of a missed write waits for the gate, and the gate for the write.</summary>
    internal sealed class RecordWaitsForTheGate(Simulator simulator) : JitteredSteps(simulator)
    {
        private VolumeGate? gate;

        public override ValueTask<PlexSet?> EnterAsync(VolumeGate gate, CancellationToken token)
        {
            this.gate = gate;
            return base.EnterAsync(gate, token);
        }

        public override async ValueTask<bool> RecordMissAsync(
            IVolumeOwner owner, RecordId volume, RecordId plex, IoStatus reason)
        {
            await HoldAsync(20_000);
            if (gate is { } closed)
            {
                await closed.FreezeAsync();
                await closed.DrainAsync();
                closed.Thaw();
            }

            return await base.RecordMissAsync(owner, volume, plex, reason);
        }
    }

    /// <summary>When a target fails, who waits for the range that was being copied waits for ever.</summary>
    internal sealed class ParkedWritersForgotten(Simulator simulator) : JitteredSteps(simulator)
    {
        private (RangeLockTable Locks, long Offset, long Length)? last;

        public override ValueTask<RangeHold> LockForCopyAsync(
            RangeLockTable locks, long offset, long length, CancellationToken token)
        {
            last = (locks, offset, length);
            return base.LockForCopyAsync(locks, offset, length, token);
        }

        public override IoStatus JudgeTarget(IoStatus status)
        {
            if (status != IoStatus.Success && last is { } range)
            {
                _ = range.Locks.AcquireAsync(
                    range.Offset, range.Length, RangeClass.Exclusive, CancellationToken.None).AsTask();
            }

            return status;
        }
    }

    /// <summary>Progress counts what was read and, again, what was written.</summary>
    internal sealed class CountedTwice(Simulator simulator) : JitteredSteps(simulator)
    {
        private readonly HashSet<long> ends = [];

        public override void MarkCopied(CopyMap map, ByteRange range)
        {
            ends.Add(range.End);
            base.MarkCopied(map, range);
            if (ends.Count % 2 == 0)
            {
                base.MarkCopied(map, range);
            }
        }
    }
}
