using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 2: an application that comes while the copier waits lines up behind it, for that range.</summary>
internal static class Rule02CopierIsNotStarved
{
    /// <summary>Applications overtake a copier that waits; nobody tells it that it has to wait for them too.</summary>
    internal sealed class ApplicationsOvertake(Simulator simulator) : JitteredSteps(simulator)
    {
        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
            (asked != RangeClass.Write || earlier != RangeClass.Exclusive || earlierHolds)
            && base.MustWait(asked, earlier, earlierHolds);
    }

    /// <summary>The copier waits for a moment in which nobody uses the volume.</summary>
    internal sealed class CopierWaitsForIdle(Simulator simulator) : JitteredSteps(simulator)
    {
        public override async ValueTask<RangeHold> LockForCopyAsync(
            RangeLockTable locks, long offset, long length, CancellationToken token)
        {
            while (locks.Count > 0)
            {
                await HoldAsync(500);
            }

            return await base.LockForCopyAsync(locks, offset, length, token);
        }
    }
}
