using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tests.InputOutput;

namespace VolMgr.Volumes.Tests.Resync;

/// <summary>Copies, switches and detaches that a crash or a dead disk meets at a chosen place.</summary>
public sealed class ResumeSimulationTests
{
    private const string Off = "the copy ended with ";

    [Fact]
    public void A_copy_resumes_from_its_record_when_the_volume_has_a_log() => ForSeeds(6000, 40, ResumeUnderLoad);

    [Fact]
    public void A_copy_without_a_log_starts_at_zero_after_a_crash() => ForSeeds(6100, 30, ReattachAfterCrash);

    [Fact]
    public void A_write_across_regions_is_recovered_in_both() => ForSeeds(6700, 30, CrashAtBoundary);

    [Fact]
    public void Regions_cleared_while_idle_are_equal_after_a_crash() => ForSeeds(6200, 30, IdleThenCrash);

    [Fact]
    public void A_plex_that_missed_a_write_is_not_read_after_a_crash() => ForSeeds(6300, 30, MissThenCrash);

    [Fact]
    public void A_switched_plex_alone_holds_everything_after_a_crash() => ForSeeds(6400, 30, SwitchThenCrash);

    [Fact]
    public void An_unreadable_source_never_promotes_the_target() => ForSeeds(6500, 20, UnreadableSource);

    [Fact]
    public void When_all_plexes_fail_one_is_kept_and_clients_are_told() => ForSeeds(6600, 30, AllPlexesFail);

    /// <summary>Crashes in the middle of a copy, while applications stay in one corner; continues as the record
    /// says.</summary>
    internal static VolumeWorld ResumeUnderLoad(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        VolumeWorld world = NewWorld(seed, breach, 4096, isMirror: false, hasLog: true);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await FillAsync(world);
            await DelayAsync(world, 12_000);
            Task clients = RunClientsAsync(world, 2, 30, 128);
            Task attach = world.AttachAsync(5);
            await DelayAsync(world, world.Simulator.Random.Next(50, 700));
            world.Crash();
            await clients;
            await attach;
            IReadOnlyList<ByteRange>? dirty = await world.BootAsync();
            await ReadAllAsync(world);
            if (world.Configuration.Plexes[5] == WorldPlexState.Attaching)
            {
                long resumed = world.Configuration.Record?.Frontier ?? 0;
                Task more = RunClientsAsync(world, 2, 10, 128);
                (PlexCopyState copy, PlexSwitchState? switched) = await world.CopyAsync(5, null, options => options with
                {
                    IsRecordTrusted = true,
                    Recopy = dirty ?? [],
                });
                await more;
                Expect(world, switched == PlexSwitchState.Switched, $"{Off}{copy} and {switched}");
                Expect(world, world.LastCopy!.BytesResumed >= resumed - (3 * 64 * 1024), "the record was not used");
            }

            await world.RecoverAsync();
            await world.CheckAtRestAsync();
        });
        return world;
    }

    /// <summary>Crashes in the middle of a copy, starts without the target, and attaches it again much later: the
    /// record that is still there knows nothing of what happened since.</summary>
    internal static VolumeWorld ReattachAfterCrash(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        VolumeWorld world = NewWorld(seed, breach, 1024, isMirror: false, hasLog: false);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await FillAsync(world);
            Task attach = world.AttachAsync(5);
            await DelayAsync(world, world.Simulator.Random.Next(5, 60));
            world.Crash();
            await attach;
            if (world.Configuration.Plexes[5] == WorldPlexState.Attaching)
            {
                world.Configuration.Plexes[5] = WorldPlexState.Detached;
            }

            await world.BootAsync();
            await ReadAllAsync(world);
            await world.RecoverAsync();
            await RunClientsAsync(world, 2, 30);
            if (world.Configuration.Plexes[5] == WorldPlexState.Detached)
            {
                (PlexCopyState copy, PlexSwitchState? switched) = await world.AttachAsync(5);
                Expect(world, switched == PlexSwitchState.Switched, $"{Off}{copy} and {switched}");
            }

            await world.CheckAtRestAsync();
        });
        return world;
    }

    /// <summary>Crashes while a single write is in flight across two regions of the log, and two units of
    /// recovery.</summary>
    internal static VolumeWorld CrashAtBoundary(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        VolumeWorld world = NewWorld(seed, breach, 4096, isMirror: true, hasLog: true);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            (IReadOnlyList<SectorOracle.Write> _, byte[]? data) = world.Oracle.Begin(2040, 16, isZero: false);
            Task<IoStatus> write = world.Volume.WriteAsync(
                2040 * 512, data, WriteFlags.None, CancellationToken.None).AsTask();
            await DelayAsync(world, world.Simulator.Random.Next(1, 12));
            world.Crash();
            await write;
            await world.BootAsync();
            await ReadAllAsync(world);
            await world.RecoverAsync();
            await world.CheckAtRestAsync();
        });
        return world;
    }

    /// <summary>Lets the log clear its bits, crashes, recovers only what is dirty, and compares the plexes.</summary>
    internal static VolumeWorld IdleThenCrash(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        VolumeWorld world = NewWorld(seed, breach, 1024, isMirror: true, hasLog: true);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await RunClientsAsync(world, 2, 20);
            await DelayAsync(world, 12_000);
            Expect(world, world.Volume.Log!.DirtyCount == 0, "the log was not cleared while idle");
            world.Crash();
            await world.BootAsync();
            await world.RecoverAsync();
            await ReadAllAsync(world);
            await world.CheckAtRestAsync();
        });
        return world;
    }

    /// <summary>One plex stops taking writes; the host crashes at once after the write is acknowledged; the plex is
    /// well again and the other one is gone.</summary>
    internal static VolumeWorld MissThenCrash(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        VolumeWorld world = NewWorld(seed, breach, 256, isMirror: true, hasLog: false);
        world.MayFail = true;
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await RunClientsAsync(world, 2, 10);
            foreach (Simulation.SimulatedDisk disk in world.DisksOf(2))
            {
                disk.Faults.Add(FaultRule.Always(DeviceOperations.Write));
            }

            (IReadOnlyList<SectorOracle.Write> writes, byte[]? data) = world.Oracle.Begin(0, 16, isZero: false);
            IoStatus status = await world.Volume.WriteAsync(
                0, data, WriteFlags.ForceUnitAccess, CancellationToken.None);
            Expect(world, status == IoStatus.Success, "a write failed though one plex took it");
            world.Oracle.Acknowledge(writes);
            world.Oracle.Flushed(world.Oracle.Now());
            world.Host.Die();
            world.Crash();
            foreach (Simulation.SimulatedDisk disk in world.DisksOf(2))
            {
                disk.Faults.Clear();
            }

            Expect(
                world,
                world.Configuration.Plexes[2] == WorldPlexState.Detached,
                "acknowledged while the plex that missed the write still counts");
        });
        return world;
    }

    /// <summary>Attaches a plex, detaches the old one, crashes: what the flush covered is on the new plex.</summary>
    internal static VolumeWorld SwitchThenCrash(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        VolumeWorld world = NewWorld(seed, breach, 256, isMirror: false, hasLog: false);
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await RunClientsAsync(world, 2, 30);
            long invoked = world.Oracle.Now();
            Expect(world, await world.Volume.FlushAsync(CancellationToken.None) == IoStatus.Success, "flush failed");
            world.Oracle.Flushed(invoked);
            (PlexCopyState copy, PlexSwitchState? switched) = await world.AttachAsync(5);
            Expect(world, switched == PlexSwitchState.Switched, $"{Off}{copy} and {switched}");
            await world.DetachAsync(2);
            world.Crash();
            await world.BootAsync();
            await ReadAllAsync(world);
        });
        return world;
    }

    /// <summary>One sector of the source cannot be read: the copy fails, the target stays out, the rest is
    /// served.</summary>
    internal static VolumeWorld UnreadableSource(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        VolumeWorld world = NewWorld(seed, breach, 256, isMirror: false, hasLog: false);
        world.MayFail = true;
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await RunClientsAsync(world, 2, 30);
            Simulation.SimulatedDisk disk = world.DisksOf(2)[seed % 2];
            byte[] something = new byte[512];
            something[0] = 1;
            await disk.WriteAsync(8192, something, WriteFlags.None, CancellationToken.None);
            disk.Faults.Add(FaultRule.Always(DeviceOperations.Read) with { Offset = 8192, Length = 512 });
            (PlexCopyState copy, _) = await world.AttachAsync(5);
            Expect(world, copy == PlexCopyState.SourceFailed, $"{Off}{copy}");
            Expect(world, world.Configuration.Plexes[5] == WorldPlexState.Detached, "the target was promoted");
            Expect(world, world.Configuration.Plexes[2] == WorldPlexState.Active, "the source was given up");
        });
        return world;
    }

    /// <summary>Every disk refuses writes: clients are told, one complete plex is kept, and it serves reads.</summary>
    internal static VolumeWorld AllPlexesFail(int seed, Func<VolumeWorld, DataPathSteps>? breach)
    {
        VolumeWorld world = NewWorld(seed, breach, 256, isMirror: true, hasLog: false);
        world.MayFail = true;
        world.Simulator.Run(async () =>
        {
            await world.BootAsync(isFirst: true);
            await RunClientsAsync(world, 2, 10);
            foreach (Simulation.SimulatedDisk disk in world.Disks)
            {
                disk.Faults.Add(FaultRule.Always(
                    DeviceOperations.Write | DeviceOperations.Zero | DeviceOperations.Discard
                    | DeviceOperations.Flush));
            }

            await RunClientsAsync(world, 3, 10);
            Expect(
                world,
                await world.Volume.FlushAsync(CancellationToken.None) != IoStatus.Success,
                "a flush succeeded on dead disks");
            byte[] content = new byte[world.Length];
            IoStatus status = await world.Volume.ReadAsync(0, content, CancellationToken.None);
            Expect(world, status == IoStatus.Success, "no plex is left to read");
            Expect(world, world.Configuration.Active.Any(), "no plex is left in the configuration");
            await world.CheckAtRestAsync();
        });
        return world;
    }

    private static VolumeWorld NewWorld(
        int seed, Func<VolumeWorld, DataPathSteps>? breach, int sectorCount, bool isMirror, bool hasLog)
    {
        var world = new VolumeWorld(seed, sectorCount, breach);
        world.AddPlex(2, WorldPlexState.Active);
        world.AddPlex(5, WorldPlexState.Detached, isPoisoned: true);
        if (isMirror)
        {
            world.AddPlex(3, WorldPlexState.Active);
        }

        if (hasLog)
        {
            world.AddLog(8);
        }

        return world;
    }

    private static async Task ReadAllAsync(VolumeWorld world)
    {
        world.Oracle.Recovered(await world.ReadAllAsync());
    }

    private static void Expect(VolumeWorld world, bool holds, string otherwise)
    {
        if (!holds)
        {
            world.Oracle.Violations.Add(otherwise);
        }
    }

    private static Task DelayAsync(VolumeWorld world, int milliseconds) =>
        world.Simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(milliseconds), CancellationToken.None);

    private static async Task FillAsync(VolumeWorld world)
    {
        for (int sector = 0; sector < world.SectorCount; sector += 256)
        {
            int count = Math.Min(256, world.SectorCount - sector);
            (IReadOnlyList<SectorOracle.Write> writes, byte[]? data) = world.Oracle.Begin(sector, count, isZero: false);
            await world.Volume.WriteAsync(sector * 512L, data, WriteFlags.None, CancellationToken.None);
            world.Oracle.Acknowledge(writes);
        }
    }

    private static Task RunClientsAsync(VolumeWorld world, int count, int requests, int? reach = null) =>
        VolumeSimulationTests.RunClientsAsync(world, count, requests, reach);

    private static void ForSeeds(
        int first, int count, Func<int, Func<VolumeWorld, DataPathSteps>?, VolumeWorld> scenario) =>
        VolumeSimulationTests.ForSeeds(count, first, seed => scenario(seed, null));
}
