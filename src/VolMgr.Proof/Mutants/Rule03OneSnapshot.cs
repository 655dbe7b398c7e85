using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Mutants;

/// <summary>Rule 3: a request takes the plex set once, inside the gate; changes wait for all who hold an older
/// one.</summary>
internal static class Rule03OneSnapshot
{
    /// <summary>The plex set is taken before the gate is entered.</summary>
    internal sealed class SnapshotOutsideTheGate(Simulator simulator) : JitteredSteps(simulator)
    {
        public override async ValueTask<PlexSet?> EnterAsync(VolumeGate gate, CancellationToken token)
        {
            PlexSet before = gate.Published;
            await HoldAsync(20_000);
            return await base.EnterAsync(gate, token) is null ? null : before;
        }
    }

    /// <summary>A change of the plex set does not wait for requests in flight.</summary>
    internal sealed class ChangeWithoutDrain(Simulator simulator) : JitteredSteps(simulator)
    {
        public override Task DrainAsync(VolumeGate gate) => Task.CompletedTask;

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length) =>
            step == DataPathStep.WriteEntered
                ? new ValueTask(HoldAsync(30_000))
                : base.ReachedAsync(step, offset, length);
    }
}
