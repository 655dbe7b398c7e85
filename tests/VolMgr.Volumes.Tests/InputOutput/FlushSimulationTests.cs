using VolMgr.Blocks;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>A flush covers every write that was acknowledged before it, whoever wrote it, whoever else
/// flushes.</summary>
public sealed class FlushSimulationTests
{
    [Fact]
    public void A_flush_of_one_client_covers_what_was_acknowledged_to_all() =>
        VolumeSimulationTests.ForSeeds(60, 16_000, FlushThenCrash);

    /// <summary>Some clients only write, others only flush, so that flushes overlap one another and the writes. The
    /// power fails at the moment in which a flush is acknowledged; what it covers is there afterwards.</summary>
    private static VolumeWorld FlushThenCrash(int seed)
    {
        var world = new VolumeWorld(seed, 400, null);
        world.AddPlex(2, WorldPlexState.Active);
        if (seed % 2 == 0)
        {
            world.AddPlex(3, WorldPlexState.Active);
        }

        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            for (int life = 0; life < 3; life++)
            {
                int flushes = world.Simulator.Random.Next(1, 12);
                IEnumerable<Func<Task>> clients =
                [
                    .. Enumerable.Repeat(() => WriteAsync(world), 3),
                    .. Enumerable.Repeat(() => FlushAsync(world, () => --flushes == 0), 3),
                ];
                await Task.WhenAll(clients.Select(client => world.Simulator.Engine.StartAsync(client)));
                await world.BootAsync();
                Assert.Equal(Volumes.Recovery.MirrorRecoveryState.Completed, await world.RecoverAsync());
                world.Oracle.Recovered(await world.ReadAllAsync());
            }
        });
        return world;
    }

    private static async Task WriteAsync(VolumeWorld world)
    {
        HostConnection host = world.Host;
        Random random = new(world.Simulator.NewSeed());
        while (!host.IsDead)
        {
            int count = random.Next(1, 12);
            int first = random.Next(world.SectorCount - count);
            (IReadOnlyList<SectorOracle.Write> writes, byte[]? data) =
                world.Oracle.Begin(first, count, isZero: random.Next(5) == 0);
            IoStatus status = data is null
                ? await world.Volume.ZeroAsync(first * 512L, count * 512L, WriteFlags.None, CancellationToken.None)
                : await world.Volume.WriteAsync(first * 512L, data, WriteFlags.None, CancellationToken.None);
            if (status == IoStatus.Success && !host.IsDead)
            {
                world.Oracle.Acknowledge(writes);
            }

            await world.Simulator.Engine.DelayAsync(
                TimeSpan.FromMicroseconds(random.Next(1, 500)), CancellationToken.None);
        }
    }

    private static async Task FlushAsync(VolumeWorld world, Func<bool> isLast)
    {
        HostConnection host = world.Host;
        Random random = new(world.Simulator.NewSeed());
        while (!host.IsDead)
        {
            await world.Simulator.Engine.DelayAsync(
                TimeSpan.FromMicroseconds(random.Next(1, 2000)), CancellationToken.None);
            long invoked = world.Oracle.Now();
            IoStatus status = await world.Volume.FlushAsync(CancellationToken.None);
            if (status == IoStatus.Success && !host.IsDead)
            {
                world.Oracle.Flushed(invoked);
                if (isLast())
                {
                    world.Crash();
                }
            }
        }
    }
}
