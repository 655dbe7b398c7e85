using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 5: the map learns of a range after it is on the target; what is clean is rounded in, what is dirty
/// out.</summary>
internal static class Rule05ClearWhatWasCopied
{
    /// <summary>The map learns of a range when its copy begins.</summary>
    internal sealed class MarkedBeforeCopied(Simulator simulator) : JitteredSteps(simulator)
    {
        public override void CopyBegins(CopyMap map, ByteRange range)
        {
            base.CopyBegins(map, range);
            base.MarkCopied(map, range);
        }

        public override void MarkCopied(CopyMap map, ByteRange range)
        {
            // has been done
        }

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length) =>
            step == DataPathStep.CopyRead
                ? new ValueTask(HoldAsync(30_000))
                : base.ReachedAsync(step, offset, length);
    }

    /// <summary>What was copied is rounded out.</summary>
    internal sealed class CopiedRoundedOut(Simulator simulator) : JitteredSteps(simulator)
    {
        private const long Unit = 256 * 1024;

        public override void MarkCopied(CopyMap map, ByteRange range)
        {
            long start = range.Offset / Unit * Unit;
            long end = Math.Min((range.End + Unit - 1) / Unit * Unit, map.VolumeLength);
            base.MarkCopied(map, new ByteRange(start, end - start));
        }
    }

    /// <summary>A write that goes beyond a dirty region marks the first one only.</summary>
    internal sealed class DirtyRoundedIn(Simulator simulator) : JitteredSteps(simulator)
    {
        public override (int First, int Last) DirtyRegions(long offset, long length, long regionSize)
        {
            int first = base.DirtyRegions(offset, length, regionSize).First;
            return (first, first);
        }
    }
}
