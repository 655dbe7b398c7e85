using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>
/// Applications and administration on a simulated volume, judged by a model of every sector. A failing seed is in the
/// message; run it alone by calling the scenario with it.
/// </summary>
public sealed class VolumeSimulationTests
{
    [Fact]
    public void Concurrent_clients_on_a_mirror_see_one_volume() =>
        ForSeeds(60, 1000, seed => MirrorUnderLoad(seed, null));

    [Fact]
    public void A_plex_is_attached_under_load_and_then_serves_alone() =>
        ForSeeds(60, 2000, seed => AttachUnderLoad(seed, null));

    [Fact]
    public void A_crash_at_any_moment_loses_nothing_that_was_flushed() =>
        ForSeeds(80, 3000, seed => CrashUnderLoad(seed, null));

    [Fact]
    public void Device_faults_never_show_wrong_bytes() =>
        ForSeeds(80, 4000, seed => FaultsUnderLoad(seed, null));

    [Fact]
    public void An_attach_is_paused_slowed_and_aborted_without_a_trace() =>
        ForSeeds(30, 5000, seed => AbortUnderLoad(seed, null));

    internal static VolumeWorld MirrorUnderLoad(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        var world = new VolumeWorld(seed, 600, breach);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Active);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await RunClientsAsync(world, 4, 40);
            await world.CheckAtRestAsync();
            Assert.Equal(0, world.Volume.InFlight);
            Assert.Equal(0, world.Volume.Core.Locks.Count);
        });
        return world;
    }

    internal static VolumeWorld AttachUnderLoad(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        var world = new VolumeWorld(seed, seed % 3 == 0 ? 64 : 600, breach);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Detached, isPoisoned: true);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            Task clients = RunClientsAsync(world, 4, 60);
            (PlexCopyState copy, PlexSwitchState? switched) = await world.AttachAsync(3);
            if (copy != PlexCopyState.Completed || switched != PlexSwitchState.Switched)
            {
                world.Oracle.Violations.Add($"the attach ended with {copy} and {switched}");
            }

            Task later = RunClientsAsync(world, 2, 10);
            if (!await world.DetachAsync(2))
            {
                world.Oracle.Violations.Add("the old plex could not be detached");
            }

            await clients;
            await later;
            await world.CheckAtRestAsync();
        });
        return world;
    }

    internal static VolumeWorld CrashUnderLoad(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        var world = new VolumeWorld(seed, 1024, breach);
        bool hasLog = seed % 3 != 0;
        world.AddPlex(2, WorldPlexState.Active);
        if (seed % 2 == 0)
        {
            world.AddPlex(3, WorldPlexState.Active);
        }

        world.AddPlex(5, WorldPlexState.Detached, isPoisoned: true);
        if (hasLog)
        {
            world.AddLog(8);
            world.AddLog(9);
        }

        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            for (int life = 0; life < 3; life++)
            {
                Task clients = RunClientsAsync(world, 3, 60);
                Task attach = world.Configuration.Plexes[5] == WorldPlexState.Active
                    ? Task.CompletedTask
                    : world.AttachAsync(5, null, options => options with { IsRecordTrusted = false });
                await world.Simulator.Engine.DelayAsync(
                    TimeSpan.FromMilliseconds(world.Simulator.Random.Next(1, 60)), CancellationToken.None);
                world.Crash();
                await clients;
                await attach;
                await RestartAsync(world, hasLog);
            }

            await world.CheckAtRestAsync();
        });
        return world;
    }

    /// <summary>Boots after a crash, resumes what may be resumed, reads everything twice around a recovery, and begins
    /// the histories anew.</summary>
    internal static async Task RestartAsync(VolumeWorld world, bool hasLog)
    {
        IReadOnlyList<ByteRange>? dirty = await world.BootAsync();
        byte[] first = await world.ReadAllAsync();
        Task resumed = world.Configuration.Plexes[5] == WorldPlexState.Attaching && world.Simulator.Random.Next(2) == 0
            ? world.CopyAsync(5, null, options => options with
            {
                IsRecordTrusted = hasLog && world.Volume.Log is not null,
                Recopy = dirty ?? [],
            })
            : Task.CompletedTask;
        if (world.Simulator.Random.Next(2) == 0)
        {
            Assert.Equal(Volumes.Recovery.MirrorRecoveryState.Completed, await world.RecoverAsync());
        }

        await resumed;
        byte[] second = await world.ReadAllAsync();
        if (!first.AsSpan().SequenceEqual(second))
        {
            world.Oracle.Violations.Add("after the crash two reads of the volume differ");
        }

        world.Oracle.Recovered(first);
        if (world.Volume.IsRecovering)
        {
            Assert.Equal(Volumes.Recovery.MirrorRecoveryState.Completed, await world.RecoverAsync());
        }

        if (world.Configuration.Plexes[5] == WorldPlexState.Attaching)
        {
            await world.DetachAsync(5);
        }

        await world.CheckAtRestAsync();
    }

    internal static VolumeWorld FaultsUnderLoad(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        var world = new VolumeWorld(seed, 600, breach) { MayFail = true };
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Active);
        world.AddPlex(5, WorldPlexState.Detached, isPoisoned: true);
        world.AddLog(8);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            Random random = world.Simulator.Random;
            DeviceOperations[] kinds =
            [
                DeviceOperations.Write, DeviceOperations.Read, DeviceOperations.Flush, DeviceOperations.Zero,
                DeviceOperations.Discard,
            ];
            Task clients = RunClientsAsync(world, 4, 50);
            Task attach = world.AttachAsync(5);
            for (int index = 0; index < 4; index++)
            {
                await world.Simulator.Engine.DelayAsync(
                    TimeSpan.FromMilliseconds(random.Next(1, 30)), CancellationToken.None);
                SimulatedDiskOf(world, random).Faults.Add(
                    FaultRule.Nth(random.Next(1, 5), kinds[random.Next(kinds.Length)]));
            }

            await clients;
            await attach;
            foreach (Simulation.SimulatedDisk disk in world.Disks)
            {
                disk.Faults.Clear();
            }

            await world.CheckAtRestAsync();
            Assert.NotEmpty(world.Configuration.Active);
        });
        return world;
    }

    internal static VolumeWorld AbortUnderLoad(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        var world = new VolumeWorld(seed, 600, breach);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Detached, isPoisoned: true);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            Task clients = RunClientsAsync(world, 3, 50);
            VolumeTask task = world.Tasks.Start(new TaskRequest
            {
                Type = "ATCOPY",
                Operation = "PLXATT",
                End = world.Length,
            });
            Task<(PlexCopyState Copy, PlexSwitchState? Switch)> attach = world.AttachAsync(3, task);
            await PauseAndAbortAsync(world, task);
            (PlexCopyState copy, PlexSwitchState? switched) = await attach;
            task.Finish(switched == PlexSwitchState.Switched ? TaskState.Completed : TaskState.Aborted);
            await clients;
            if (switched != PlexSwitchState.Switched)
            {
                Assert.True(copy is PlexCopyState.Aborted or PlexCopyState.Completed);
                Assert.Equal(WorldPlexState.Detached, world.Configuration.Plexes[3]);
                Assert.Null(world.Configuration.Record);
                Assert.Single(world.Volume.Plexes.Members);
            }

            await world.CheckAtRestAsync();
            if (switched != PlexSwitchState.Switched)
            {
                Assert.Equal((PlexCopyState.Completed, PlexSwitchState.Switched), await world.AttachAsync(3));
                await world.CheckAtRestAsync();
            }
        });
        return world;
    }

    private static async Task PauseAndAbortAsync(VolumeWorld world, VolumeTask task)
    {
        Random random = world.Simulator.Random;
        await world.Simulator.Engine.DelayAsync(
            TimeSpan.FromMilliseconds(random.Next(1, 40)), CancellationToken.None);
        task.SetSlow(random.Next(0, 3));
        task.Pause();
        // The step in hand still ends: it may wait for its range behind the requests of clients.
        await world.Simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        long reached = task.Current;
        await world.Simulator.Engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Equal(reached, task.Current);
        if (random.Next(2) == 0)
        {
            task.Resume();
            await world.Simulator.Engine.DelayAsync(
                TimeSpan.FromMilliseconds(random.Next(1, 40)), CancellationToken.None);
        }

        task.Abort();
    }

    private static Simulation.SimulatedDisk SimulatedDiskOf(VolumeWorld world, Random random)
    {
        Simulation.SimulatedDisk[] disks = [.. world.Disks];
        return disks[random.Next(disks.Length)];
    }

    internal static Task RunClientsAsync(VolumeWorld world, int count, int requests, int? reach = null) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(index => world.Simulator.Engine.StartAsync(
            () => new WorldClient(world, $"client{index}", new Random(world.Simulator.NewSeed()), reach)
                .RunAsync(requests))));

    internal static void ForSeeds(int count, int firstSeed, Func<int, VolumeWorld> scenario)
    {
        bool isLong = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all";
        for (int seed = firstSeed; seed < firstSeed + (isLong ? count * 20 : count); seed++)
        {
            VolumeWorld world;
            try
            {
                world = scenario(seed);
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
            }

            world.AssertNothingWrong($"seed {seed}");
        }
    }
}
