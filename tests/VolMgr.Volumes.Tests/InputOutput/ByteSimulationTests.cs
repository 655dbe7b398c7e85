using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Recovery;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>
/// Applications that change different bytes of the same sectors at the same time: nobody loses a byte, whatever the
/// plexes do meanwhile.
/// </summary>
public sealed class ByteSimulationTests
{
    [Fact]
    public void Neighbours_in_a_sector_lose_no_byte_on_a_mirror() =>
        VolumeSimulationTests.ForSeeds(20, 11_000, seed => MirrorOfBytes(seed, null));

    [Fact]
    public void Neighbours_in_a_sector_lose_no_byte_while_a_plex_is_copied() =>
        VolumeSimulationTests.ForSeeds(20, 12_000, seed => AttachUnderBytes(seed, null));

    [Fact]
    public void Neighbours_in_a_sector_lose_no_byte_while_plexes_fail() =>
        VolumeSimulationTests.ForSeeds(25, 13_000, seed => FaultsUnderBytes(seed, null));

    [Fact]
    public void Neighbours_in_a_sector_lose_no_flushed_byte_in_a_crash() =>
        VolumeSimulationTests.ForSeeds(20, 14_000, seed => CrashUnderBytes(seed, null));

    internal static VolumeWorld MirrorOfBytes(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        var world = new VolumeWorld(seed, 48, breach);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Active);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            ByteClient[] clients = ByteClient.Share(world, 4);
            await RunAsync(world, clients, 60);
            await CheckAsync(world, clients);
            Assert.Equal(0, world.Volume.InFlight);
            Assert.Equal(0, world.Volume.Core.Locks.Count);
        });
        return world;
    }

    internal static VolumeWorld AttachUnderBytes(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        var world = new VolumeWorld(seed, 96, breach);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Detached, isPoisoned: true);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            ByteClient[] clients = ByteClient.Share(world, 4);
            Task running = RunAsync(world, clients, 60);
            await world.AttachAsync(3);
            Assert.True(await world.DetachAsync(2));
            await running;
            await CheckAsync(world, clients);
        });
        return world;
    }

    internal static VolumeWorld FaultsUnderBytes(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        var world = new VolumeWorld(seed, 96, breach) { MayFail = true };
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Active);
        world.AddPlex(5, WorldPlexState.Detached, isPoisoned: true);
        world.AddLog(8);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            ByteClient[] clients = ByteClient.Share(world, 4);
            Task running = RunAsync(world, clients, 60);
            Task attach = world.AttachAsync(5);
            Random random = world.Simulator.Random;
            SimulatedDisk[] disks = [.. world.Disks];
            DeviceOperations[] kinds = [DeviceOperations.Read, DeviceOperations.Write, DeviceOperations.Flush];
            for (int index = 0; index < 4; index++)
            {
                await world.Simulator.Engine.DelayAsync(
                    TimeSpan.FromMilliseconds(random.Next(1, 30)), CancellationToken.None);
                disks[random.Next(disks.Length)].Faults.Add(
                    FaultRule.Nth(random.Next(1, 5), kinds[random.Next(kinds.Length)]));
            }

            await running;
            await attach;
            foreach (SimulatedDisk disk in disks)
            {
                disk.Faults.Clear();
            }

            await CheckAsync(world, clients);
        });
        return world;
    }

    internal static VolumeWorld CrashUnderBytes(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        var world = new VolumeWorld(seed, 96, breach);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Active);
        if (seed % 2 == 0)
        {
            world.AddLog(8);
        }

        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            ByteClient[] clients = ByteClient.Share(world, 3);
            for (int life = 0; life < 3; life++)
            {
                Task running = RunAsync(world, clients, 80);
                await world.Simulator.Engine.DelayAsync(
                    TimeSpan.FromMilliseconds(world.Simulator.Random.Next(1, 60)), CancellationToken.None);
                world.Crash();
                await running;
                Array.ForEach(clients, client => client.Crashed());
                await world.BootAsync();
                await RecoverUnderBytesAsync(world, clients);
            }
        });
        return world;
    }

    /// <summary>Applications go on at once, in ranges that recovery has not reached.</summary>
    private static async Task RecoverUnderBytesAsync(VolumeWorld world, ByteClient[] clients)
    {
        Task running = RunAsync(world, clients, 15);
        Assert.Equal(MirrorRecoveryState.Completed, await world.RecoverAsync());
        await running;
        await CheckAsync(world, clients);
        Assert.Equal(IoStatus.Success, await world.Volume.FlushAsync(CancellationToken.None));
    }

    private static Task RunAsync(VolumeWorld world, ByteClient[] clients, int requests) =>
        Task.WhenAll(clients.Select(client => world.Simulator.Engine.StartAsync(() => client.RunAsync(requests))));

    private static async Task CheckAsync(VolumeWorld world, ByteClient[] clients)
    {
        byte[]? first = null;
        foreach (PlexMember member in world.Volume.Plexes.Members)
        {
            if (member.Role != PlexRole.ReadWrite || member.Device.IsFaulted)
            {
                continue;
            }

            byte[] content = new byte[world.Length];
            Assert.Equal(IoStatus.Success, await member.Device.ReadAsync(0, content, CancellationToken.None));
            Array.ForEach(clients, client => client.Check(content, 0, member.Name));
            if (first is not null && !first.AsSpan().SequenceEqual(content))
            {
                world.Oracle.Violations.Add($"{member.Name} differs from the first complete plex");
            }

            first ??= content;
        }
    }
}
