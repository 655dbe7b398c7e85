using VolMgr.Blocks;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tests.InputOutput;

namespace VolMgr.Volumes.Tests.Resync;

public sealed class PlexVerifierTests
{
    /// <summary>Goal: writers in flight are never taken for differences. Method: clients write all the time while the
    /// volume is compared again and again.</summary>
    [Fact]
    public void Live_io_raises_no_false_alarm()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            VolumeWorld world = Mirror(seed);
            world.Simulator.Run(async () =>
            {
                await world.BootAsync(isFirst: true);
                Task clients = VolumeSimulationTests.RunClientsAsync(world, 4, 40);
                while (!clients.IsCompleted)
                {
                    VerifyResult result = await new PlexVerifier(world.Volume).RunAsync(null, CancellationToken.None);
                    Assert.True(result.IsEqual, $"seed {seed}");
                    Assert.Equal(2, result.PlexCount);
                    Assert.Equal(world.Length, result.BytesCompared + result.BytesSkipped);
                    await world.Simulator.Engine.DelayAsync(TimeSpan.FromMicroseconds(100), CancellationToken.None);
                }

                await clients;
            });
            world.AssertNothingWrong($"seed {seed}");
        }
    }

    [Fact]
    public void A_difference_is_found_at_its_sector()
    {
        VolumeWorld world = Mirror(7);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await VolumeSimulationTests.RunClientsAsync(world, 2, 20);
            byte[] wrong = new byte[512];
            wrong[100] = 0x5A;
            await world.Device(2).WriteAsync(17 * 512, wrong, WriteFlags.None, CancellationToken.None);
            VerifyResult result = await new PlexVerifier(world.Volume).RunAsync(null, CancellationToken.None);
            Assert.False(result.IsEqual);
            Assert.Equal([new PlexDifference(17 * 512, "plex2", "plex3")], result.Differences);
        });
    }

    [Fact]
    public void A_plex_that_cannot_be_read_is_not_equal()
    {
        VolumeWorld world = Mirror(8);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await world.Volume.WriteAsync(0, new byte[4096], WriteFlags.None, CancellationToken.None);
            world.DisksOf(2)[0].Faults.Add(FaultRule.Always(DeviceOperations.Read));
            VerifyResult result = await new PlexVerifier(world.Volume).RunAsync(null, CancellationToken.None);
            Assert.False(result.IsEqual);
            Assert.Equal("plex2", Assert.Single(result.Unreadable).Plex);
        });
    }

    [Fact]
    public void An_ended_compare_is_not_whole()
    {
        VolumeWorld world = Mirror(9);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            VerifyResult result = await new PlexVerifier(world.Volume).RunAsync(null, new CancellationToken(true));
            Assert.False(result.IsWhole);
            Assert.False(result.IsEqual);
        });
    }

    private static VolumeWorld Mirror(int seed)
    {
        var world = new VolumeWorld(seed, 700, null);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Active);
        return world;
    }
}
