using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 6: what a record claims is durable before the record, and a record before what depends on
/// it.</summary>
internal static class Rule06DurabilityOrder
{
    /// <summary>Data does not wait for its dirty bit.</summary>
    internal sealed class DataBeforeDirtyBit(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<bool> MarkDirtyRegionsAsync(DirtyRegionLog log, long offset, long length)
        {
            _ = log.MarkAsync(offset, length).AsTask();
            return ValueTask.FromResult(true);
        }
    }

    /// <summary>Dirty bits are cleared without a flush of the data.</summary>
    internal sealed class ClearBeforeFlush(Simulator simulator) : JitteredSteps(simulator)
    {
        public override Task<IoStatus> FlushBeforeClearAsync(Func<Task<IoStatus>> flush) =>
            Task.FromResult(IoStatus.Success);
    }

    /// <summary>The record of a copy claims what the target holds in its cache.</summary>
    internal sealed class RecordBeforeFlush(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<IoStatus> FlushBeforeRecordAsync(PlexDevice target) =>
            ValueTask.FromResult(IoStatus.Success);
    }

    /// <summary>A plex becomes ACTIVE with the copy in the caches of its disks.</summary>
    internal sealed class SwitchBeforeFlush(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<IoStatus> FlushBeforeRecordAsync(PlexDevice target) =>
            ValueTask.FromResult(IoStatus.Success);

        public override ValueTask<IoStatus> FlushBeforeSwitchAsync(PlexDevice target) =>
            ValueTask.FromResult(IoStatus.Success);
    }

    /// <summary>A write is acknowledged while it is not yet recorded that a plex missed it.</summary>
    internal sealed class AcknowledgeBeforeRecord(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<bool> RecordMissAsync(
            IVolumeOwner owner, RecordId volume, RecordId plex, IoStatus reason)
        {
            _ = RecordLaterAsync(owner, volume, plex, reason);
            return ValueTask.FromResult(true);
        }

        private async Task RecordLaterAsync(IVolumeOwner owner, RecordId volume, RecordId plex, IoStatus reason)
        {
            await HoldAsync(100_000);
            await owner.DetachPlexAsync(volume, plex, reason);
        }
    }
}
