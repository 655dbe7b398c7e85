using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 4: every kind of mutation takes the same path to every plex.</summary>
internal static class Rule04AppliedOrMarked
{
    /// <summary>A kind of mutation is not sent to a plex that is being attached.</summary>
    internal sealed class TargetMisses(Simulator simulator, MutationKind missed) : JitteredSteps(simulator)
    {
        public override bool TakesMutation(PlexMember member, MutationKind kind) =>
            kind != missed || member.Role == PlexRole.ReadWrite;
    }
}
