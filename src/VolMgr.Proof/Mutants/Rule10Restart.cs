using VolMgr.Simulation;
using VolMgr.Volumes.Resync;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 10: after a restart only what is proven counts.</summary>
internal static class Rule10Restart
{
    /// <summary>A copy goes on from its record although nobody knows which writes were in flight at the
    /// crash.</summary>
    internal sealed class RecordBelievedWithoutLog(Simulator simulator) : JitteredSteps(simulator)
    {
        public override bool MayResume(CopyCheckpoint checkpoint, long volumeLength, bool isTrusted) =>
            checkpoint.VolumeLength == volumeLength;
    }
}
