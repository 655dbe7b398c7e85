using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Tests;

/// <summary>The machine of <see cref="MoverWorld"/>, whose guest mirrors its own volume.</summary>
internal sealed class PlexMirrorWorld(int seed, params MachineDisk[] disks)
{
    private readonly MoverWorld world = new(seed, disks);

    public long Lost { get; private set; }

    public long Failures => world.Workload.Failures;

    public MoveReport Mirror(long writeRate)
    {
        MoveReport? report = null;
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(writeRate);
            MachineDisk disk = world.Machine.Disks[0];
            Task work = world.Engine.StartAsync(world.Workload.RunAsync);
            var target = world.Create("new", "mirror", disk.Length)!;
            report = await PlexMirror.RunAsync(
                world.Guests[disk.Name], target, "pure0", new MovePace { BytesPerSecond = 20 << 20 }, new MoveSteps());
            await world.Engine.DelayAsync(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            world.Workload.End();
            await work;
            Lost = await world.Workload.CountLostAsync(world.Disk("new", "mirror"));
        });
        return report!;
    }
}
