using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 7: a copy is complete when every worker has ended and nothing is left, decided again under the
/// gate.</summary>
internal static class Rule07OneDecisionOfCompletion
{
    /// <summary>The copy is over when the planner has come to the end.</summary>
    internal sealed class CompleteByCursor(Simulator simulator) : JitteredSteps(simulator)
    {
        public override Task AwaitWorkersAsync(IReadOnlyList<Task> workers) => workers[0];

        public override bool IsCopyComplete(CopyMap map, PlexDevice target) => !target.IsFaulted;
    }
}
