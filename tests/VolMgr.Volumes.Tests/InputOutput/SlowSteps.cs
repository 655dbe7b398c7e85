using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>The engine as it is, held for a while at every fourth step that it reaches: interleavings that disks alone
/// would seldom bring about.</summary>
internal class SlowSteps(VolumeWorld world) : DataPathSteps
{
    private readonly Random random = new(world.Simulator.NewSeed());

    public override async ValueTask ReachedAsync(DataPathStep step, long offset, long length)
    {
        if (random.Next(4) == 0)
        {
            await world.Simulator.Engine.DelayAsync(
                TimeSpan.FromMicroseconds(random.Next(10, 8000)), CancellationToken.None);
        }
    }
}
