using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 1: the copier excludes writers from before its read until after the map; writers and readers keep an
/// order.</summary>
internal static class Rule01RegionLock
{
    /// <summary>The copier does not keep writers out of its range.</summary>
    internal sealed class CopyWithoutLock(Simulator simulator) : JitteredSteps(simulator)
    {
        private const long Elsewhere = 1L << 40;

        public override ValueTask<RangeHold> LockForCopyAsync(
            RangeLockTable locks, long offset, long length, CancellationToken token) =>
            locks.AcquireAsync(Elsewhere + offset, length, RangeClass.Shared, token);
    }

    /// <summary>Overlapping writes go to the plexes in any order.</summary>
    internal sealed class WritersWithoutOrder(Simulator simulator) : JitteredSteps(simulator)
    {
        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
            (asked != RangeClass.Write || earlier != RangeClass.Write)
            && base.MustWait(asked, earlier, earlierHolds);
    }

    /// <summary>Reads of a mirror do not wait for a write that is on one plex and not yet on the other.</summary>
    internal sealed class ReadersBesideWriters(Simulator simulator) : JitteredSteps(simulator)
    {
        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
            asked != RangeClass.Shared && earlier != RangeClass.Shared;
    }
}
