using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.InputOutput;

public sealed class VolumeDeviceTests
{
    [Fact]
    public void A_failed_read_is_served_by_the_other_plex_and_repaired()
    {
        VolumeWorld world = Mirror(1);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            byte[] data = Enumerable.Repeat((byte)7, 4096).ToArray();
            await WriteAsync(world, data);
            Fault fault = world.DisksOf(2)[0].Faults.Add(FaultRule.Once(DeviceOperations.Read));
            for (int turn = 0; turn < 4; turn++)
            {
                byte[] read = new byte[4096];
                Assert.Equal(IoStatus.Success, await world.Volume.ReadAsync(0, read, CancellationToken.None));
                Assert.Equal(data, read);
            }

            Assert.Equal(1, fault.Struck);
            Assert.Empty(world.Owner.Detached);
        });
    }

    [Fact]
    public void A_plex_that_cannot_be_repaired_is_given_up_durably()
    {
        VolumeWorld world = Mirror(2);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, new byte[4096]);
            world.DisksOf(2)[0].Faults.Add(FaultRule.Always(DeviceOperations.Read | DeviceOperations.Write));
            for (int turn = 0; turn < 2; turn++)
            {
                Assert.Equal(IoStatus.Success, await world.Volume.ReadAsync(0, new byte[512], CancellationToken.None));
            }

            Assert.Equal(WorldPlexState.Detached, world.Configuration.Plexes[2]);
        });
    }

    [Fact]
    public void A_failed_flush_of_the_only_plex_keeps_the_debt()
    {
        var world = new VolumeWorld(3, 256, null) { MayFail = true };
        world.AddPlex(2, WorldPlexState.Active);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, new byte[4096]);
            world.DisksOf(2)[0].Faults.Add(FaultRule.Once(DeviceOperations.Flush));
            Assert.Equal(IoStatus.MediaError, await world.Volume.FlushAsync(CancellationToken.None));
            Assert.NotEmpty(world.DisksOf(2)[0].Unflushed);
            Assert.Equal(IoStatus.Success, await world.Volume.FlushAsync(CancellationToken.None));
            Assert.Empty(world.DisksOf(2)[0].Unflushed);
        });
    }

    [Fact]
    public void A_flush_that_fails_on_one_plex_gives_it_up_and_succeeds()
    {
        VolumeWorld world = Mirror(4);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, new byte[4096]);
            world.DisksOf(3)[0].Faults.Add(FaultRule.Always(DeviceOperations.Flush));
            Assert.Equal(IoStatus.Success, await world.Volume.FlushAsync(CancellationToken.None));
            Assert.Equal((new RecordId(3), IoStatus.MediaError), Assert.Single(world.Owner.Detached));
        });
    }

    [Fact]
    public void A_second_flush_without_writes_reaches_no_disk()
    {
        VolumeWorld world = Mirror(5);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, new byte[4096]);
            Assert.Equal(IoStatus.Success, await world.Volume.FlushAsync(CancellationToken.None));
            foreach (Simulation.SimulatedDisk disk in world.Disks)
            {
                disk.Faults.Add(FaultRule.Always(DeviceOperations.Flush));
            }

            Assert.Equal(IoStatus.Success, await world.Volume.FlushAsync(CancellationToken.None));
        });
    }

    [Fact]
    public void The_gate_opens_again_when_a_commit_throws()
    {
        VolumeWorld world = Mirror(6);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await Assert.ThrowsAsync<InvalidOperationException>(() => world.Volume.ReconfigureAsync<bool>(
                _ => throw new InvalidOperationException("commit")));
            await WriteAsync(world, new byte[512]);
        });
    }

    [Fact]
    public void Requests_wait_while_a_change_commits_and_see_what_it_published()
    {
        VolumeWorld world = Mirror(7);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            Task<IoStatus>? parked = null;
            bool hasWaited = await world.Volume.ReconfigureAsync(async plexes =>
            {
                Assert.Equal(0, world.Volume.InFlight);
                parked = world.Volume.WriteAsync(0, new byte[512], WriteFlags.None, CancellationToken.None).AsTask();
                await world.Simulator.Engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
                return (!parked.IsCompleted, new VolumeChange(plexes.Without(new RecordId(3))));
            });
            Assert.True(hasWaited);
            foreach (Simulation.SimulatedDisk disk in world.DisksOf(3))
            {
                disk.Faults.Add(FaultRule.Always(DeviceOperations.Write));
            }

            Assert.Equal(IoStatus.Success, await parked!); // the plex that left was not written
            Assert.Empty(world.Owner.Detached);
        });
    }

    /// <summary>Requests wait at the gate while the volume is shrunk, and another one comes after it with the old
    /// length in mind.</summary>
    [Fact]
    public void Requests_beyond_an_end_that_moved_are_answered()
    {
        VolumeWorld world = Mirror(12);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            long end = world.Length;
            List<Task<IoStatus>> parked = [];
            await world.Volume.ReconfigureAsync(plexes =>
            {
                parked.AddRange(Beyond(world.Volume, end));
                var next = new PlexSet(
                    plexes.Generation + 1, plexes.Members, null, ReadPolicy.Round, end - (4 * VolumeWorld.UnitSize));
                return Task.FromResult<(bool, VolumeChange?)>((true, new VolumeChange(next)));
            });
            parked.AddRange(Beyond(world.Volume, end));
            Assert.Equal(14, parked.Count);
            foreach (Task<IoStatus> request in parked)
            {
                Assert.Equal(IoStatus.NotReachable, await request);
            }

            Assert.Empty(world.Owner.Detached);
            Assert.Equal(0, world.Volume.InFlight);
        });
    }

    private static IEnumerable<Task<IoStatus>> Beyond(VolumeDevice volume, long end)
    {
        byte[] data = new byte[1024];
        CancellationToken none = CancellationToken.None;
        yield return volume.ReadAsync(end - 1024, data, none).AsTask();
        yield return volume.ReadBytesAsync(end - 1, data.AsMemory(0, 1), none).AsTask();
        yield return volume.WriteAsync(end - 1024, data, WriteFlags.None, none).AsTask();
        yield return volume.WriteBytesAsync(end - 7, data.AsMemory(0, 7), WriteFlags.None, none).AsTask();
        yield return volume.ZeroBytesAsync(end - 1025, 1025, WriteFlags.None, none).AsTask();
        yield return volume.DiscardAsync(end - 1024, 1024, none).AsTask();
        yield return StatusAsync(volume.NextExtentAsync(end - 1024, 1024, none));
    }

    private static async Task<IoStatus> StatusAsync(ValueTask<ExtentReply> reply) => (await reply).Status;

    [Fact]
    public void A_request_that_waits_at_the_gate_can_be_cancelled()
    {
        VolumeWorld world = Mirror(8);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            using var cancel = new CancellationTokenSource();
            bool isDone = await world.Volume.ReconfigureAsync(async _ =>
            {
                Task<IoStatus> parked = world.Volume.WriteAsync(
                    0, new byte[512], WriteFlags.None, cancel.Token).AsTask();
                Fire(cancel);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => parked);
                return (true, (VolumeChange?)null);
            });
            Assert.True(isDone);
            Assert.Equal(0, world.Volume.InFlight);
        });
    }

    [Fact]
    public void A_closed_volume_answers_not_reachable_and_leaves_nothing_unflushed()
    {
        VolumeWorld world = Mirror(9);
        world.AddLog(8);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, new byte[4096]);
            Assert.True(world.Configuration.IsDirty);
            Assert.Equal(IoStatus.Success, await world.Volume.CloseAsync());
            Assert.All(world.Disks, disk => Assert.Empty(disk.Unflushed));
            Assert.Equal(
                IoStatus.NotReachable,
                await world.Volume.WriteAsync(0, new byte[512], WriteFlags.None, CancellationToken.None));
            Assert.Equal(IoStatus.NotReachable, await world.Volume.ReadAsync(0, new byte[512], CancellationToken.None));
            Assert.Equal(IoStatus.NotReachable, await world.Volume.FlushAsync(CancellationToken.None));
            Assert.Empty((await world.BootAsync())!);
        });
    }

    [Fact]
    public void Unaligned_or_negative_offsets_are_bugs_of_the_caller()
    {
        VolumeWorld world = Mirror(10);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            foreach (long offset in (long[])[-512, 1])
            {
                await Assert.ThrowsAsync<InvariantViolationException>(() => world.Volume.WriteAsync(
                    offset, new byte[512], WriteFlags.None, CancellationToken.None).AsTask());
            }

            Assert.Equal(0, world.Volume.InFlight);
        });
    }

    [Fact]
    public void Statistics_count_what_applications_did()
    {
        VolumeWorld world = Mirror(11);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await WriteAsync(world, new byte[4096]);
            await world.Volume.ReadAsync(0, new byte[512], CancellationToken.None);
            Assert.Equal(1, world.Volume.Statistics.Writes.Operations);
            Assert.Equal(4096, world.Volume.Statistics.Writes.Bytes);
            Assert.Equal(512, world.Volume.Statistics.Reads.Bytes);
            Assert.Equal(0, world.Volume.Statistics.Reads.Failures);
        });
    }

    // Not CancelAsync: it leaves the simulated world.
    private static void Fire(CancellationTokenSource source) => source.Cancel();

    private static async Task WriteAsync(VolumeWorld world, byte[] data) =>
        Assert.Equal(
            IoStatus.Success, await world.Volume.WriteAsync(0, data, WriteFlags.None, CancellationToken.None));

    private static VolumeWorld Mirror(int seed)
    {
        var world = new VolumeWorld(seed, 256, null);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(3, WorldPlexState.Active);
        return world;
    }
}
