using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof;

/// <summary>The engine as it is, held now and then at its named steps, so that rare interleavings become
/// frequent.</summary>
internal class JitteredSteps(Simulator simulator) : DataPathSteps
{
    private readonly Random random = new(simulator.NewSeed());

    /// <summary>The closed world.</summary>
    protected Simulator Simulator => simulator;

    /// <inheritdoc/>
    public override ValueTask ReachedAsync(DataPathStep step, long offset, long length) =>
        random.Next(4) == 0 ? new ValueTask(HoldAsync(3000)) : default;

    /// <summary>Lets a random time pass, up to so many microseconds.</summary>
    protected Task HoldAsync(int longest) => simulator.Engine.DelayAsync(
        TimeSpan.FromMicroseconds(random.Next(longest)), CancellationToken.None);
}
