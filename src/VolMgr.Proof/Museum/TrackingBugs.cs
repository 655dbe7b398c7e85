using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Proof.Museum;

/// <summary>BMP: dirty bitmaps and logs.</summary>
internal static class TrackingBugs
{
    /// <summary>A write that reached the target clears what it touched in the copy map, rounded to a unit.</summary>
    internal sealed class WriteClearsItsUnit(Simulator simulator, long unit) : JitteredSteps(simulator)
    {
        private CopyMap? running;

        public override void CopyStarts(PlexCopyOptions options, CopyMap map)
        {
            base.CopyStarts(options, map);
            running = map;
        }

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            if (step == DataPathStep.WriteLanded && running is { } map)
            {
                long first = offset / unit * unit;
                long end = Math.Min((offset + length + unit - 1) / unit * unit, map.VolumeLength);
                map.MarkCopied(new ByteRange(first, end - first));
            }

            return base.ReachedAsync(step, offset, length);
        }
    }

    /// <summary>Marks other regions than those that are written.</summary>
    internal sealed class WrongRegions(Simulator simulator, Func<int, int, (int First, int Last)> change)
        : JitteredSteps(simulator)
    {
        public override (int First, int Last) DirtyRegions(long offset, long length, long regionSize)
        {
            (int first, int last) = base.DirtyRegions(offset, length, regionSize);
            return change(first, last);
        }
    }

    /// <summary>A plex that is attached and whose copy is paused gets no writes.</summary>
    internal sealed class PausedTargetMisses(Simulator simulator) : JitteredSteps(simulator)
    {
        private VolumeTask? task;

        public override void CopyStarts(PlexCopyOptions options, CopyMap map)
        {
            base.CopyStarts(options, map);
            task = options.Task;
        }

        public override bool TakesMutation(PlexMember member, MutationKind kind) =>
            member.Role == PlexRole.ReadWrite || task?.State != TaskState.Paused;
    }

    /// <summary>What detached plexes miss is marked in memory, and on the media later.</summary>
    internal sealed class MissedIsMarkedLater(Simulator simulator) : JitteredSteps(simulator)
    {
        public override async ValueTask<bool> MarkMissedAsync(DetachMaps maps, long offset, long length)
        {
            await Task.WhenAny(base.MarkMissedAsync(maps, offset, length).AsTask(), HoldAsync(1));
            return true;
        }
    }

    /// <summary>A host that has come up again tracks nothing.</summary>
    internal sealed class NothingIsTrackedAfterImport(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<bool> MarkMissedAsync(DetachMaps maps, long offset, long length) =>
            Hits.ContainsKey(DataPathStep.ImportChosen)
                ? ValueTask.FromResult(true)
                : base.MarkMissedAsync(maps, offset, length);
    }

    /// <summary>What the record of a missed write answers does not matter, nor whether there is one.</summary>
    internal sealed class MissIsNotRecorded(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<bool> RecordMissAsync(
            IVolumeOwner owner, RecordId volume, RecordId plex, IoStatus reason) => ValueTask.FromResult(true);
    }

    /// <summary>A log that cannot be written is ignored.</summary>
    internal sealed class LogFailureIgnored(Simulator simulator) : JitteredSteps(simulator)
    {
        public override async ValueTask<bool> MarkDirtyRegionsAsync(DirtyRegionLog log, long offset, long length)
        {
            // what the log answers comes too late for anybody
            Task<bool> marking = base.MarkDirtyRegionsAsync(log, offset, length).AsTask();
            await Task.WhenAny(marking, HoldAsync(1));
            return true;
        }
    }
}
