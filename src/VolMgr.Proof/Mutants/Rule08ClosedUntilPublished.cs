using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 8: the gate stays closed across drain, check, flush and commit until the new set is
/// published.</summary>
internal static class Rule08ClosedUntilPublished
{
    /// <summary>Requests are let in while the change is being committed.</summary>
    internal sealed class OpenDuringCommit(Simulator simulator) : JitteredSteps(simulator)
    {
        public override async Task<T> CommitFrozenAsync<T>(VolumeGate gate, Func<Task<T>> commit)
        {
            gate.Thaw();
            try
            {
                return await commit();
            }
            finally
            {
                await gate.FreezeAsync();
            }
        }

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length) =>
            step == DataPathStep.WriteEntered
                ? new ValueTask(HoldAsync(30_000))
                : base.ReachedAsync(step, offset, length);
    }
}
