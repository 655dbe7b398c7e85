using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Tests;

/// <summary>Storage vMotion by changed-block tracking and by mirror driver, under a guest's writes, in virtual
/// time.</summary>
public sealed class StorageMotionTests
{
    private const long Rate = 20 << 20;

    [Theory]
    [InlineData(StorageMotionMode.Tracking)]
    [InlineData(StorageMotionMode.MirrorDriver)]
    public void SVM_1_phases_in_order_with_times_and_the_source_deleted_after_the_switch(StorageMotionMode mode)
    {
        var world = new MoverWorld(1);
        MoveReport report = world.Move(Rate / 4, MoverWorld.Options(mode));
        Assert.Equal((MoveResult.Moved, ""), (report.Result, report.Reason));
        Assert.Equal(
            ["checks", "home directory", "second machine started", "disks copied", "suspend and resume",
                "old files deleted"],
            report.Phases.Select(phase => phase.Name));
        for (int index = 1; index < report.Phases.Count; index++)
        {
            MovePhase before = report.Phases[index - 1];
            Assert.Equal(before.Begin + before.Took, report.Phases[index].Begin);
        }

        int record = world.Log.ToList().IndexOf("record");
        Assert.True(record > 0);
        Assert.All(world.Log.Take(record), line => Assert.StartsWith("make [new]", line, StringComparison.Ordinal));
        Assert.Contains("delete [old] web1.vmdk", world.Log.Skip(record));
        Assert.False(world.Exists("old", "web1.vmx"));
        Assert.Equal(0, world.Workload.Failures);
        Assert.Equal(0, world.CountLost());
    }

    [Theory]
    [InlineData(5, 10)]
    [InlineData(10, 20)]
    [InlineData(14, 20)]
    public void SVM_2_tracking_takes_the_passes_of_the_formula(int dirty, int copied)
    {
        var world = new MoverWorld(2, new MachineDisk("scsi0:0", "old", "web1.vmdk", 16 << 20));
        StorageMotionOptions options = MoverWorld.Options(StorageMotionMode.Tracking) with
        {
            Pace = new MovePace { BytesPerSecond = (long)copied << 20, IoSize = 64 << 10 },
            Limits = new TrackingLimits { RegionSize = MoverWorld.WriteSize, Threshold = 512 << 10 },
        };
        MoveReport report = world.Move((long)dirty << 20, options);
        Assert.Equal((MoveResult.Moved, ""), (report.Result, report.Reason));
        double ratio = (double)dirty / copied;
        int passes = (int)Math.Ceiling(Math.Log((16 << 20) / (512.0 * 1024)) / Math.Log(1 / ratio));
        Assert.Equal(passes, report.LivePasses);
        for (int pass = 1; pass < passes; pass++)
        {
            double expected = (16 << 20) * Math.Pow(ratio, pass);
            Assert.InRange(report.Passes[pass].Bytes, expected * 0.9 - 65536, expected * 1.1 + 65536);
        }

        Assert.Equal(0, world.CountLost());
    }

    [Theory]
    [InlineData(20)]
    [InlineData(30)]
    public void SVM_2_a_guest_that_writes_as_fast_as_the_copy_ends_in_failure_with_the_source_intact(int dirty)
    {
        var world = new MoverWorld(3);
        MoveReport report = world.Move((long)dirty << 20, MoverWorld.Options(StorageMotionMode.Tracking));
        Assert.Equal(MoveResult.Failed, report.Result);
        Assert.Contains("does not converge", report.Reason, StringComparison.Ordinal);
        Assert.Contains("mirror its volumes", report.Next, StringComparison.Ordinal);
        Assert.Equal(world.Machine, world.Recorded);
        Assert.False(world.Exists("new", "web1.vmdk"));
        Assert.Equal(0, world.CountLost());
        Assert.Equal(0, world.Workload.Failures);
    }

    [Fact]
    public void SVM_3_the_mirror_driver_takes_one_pass_and_its_switch_does_not_grow_with_the_writes()
    {
        List<double> stuns = [];
        foreach (long dirty in new[] { Rate / 8, Rate / 2, 2 * Rate })
        {
            var world = new MoverWorld(4);
            MoveReport report = world.Move(dirty, MoverWorld.Options(StorageMotionMode.MirrorDriver));
            Assert.Equal((MoveResult.Moved, ""), (report.Result, report.Reason));
            Assert.Single(report.Passes);
            Assert.InRange(report.BytesMirrored, 1, long.MaxValue);
            Assert.Equal(0, world.CountLost());
            stuns.Add(report.Stun.TotalMilliseconds);
        }

        Assert.InRange(stuns.Max() - stuns.Min(), 0, 5); // a flush of the target more or less
    }

    [Fact]
    public void SVM_4_the_stun_is_told_and_a_mirrored_plex_has_none()
    {
        var world = new MoverWorld(5);
        MoveReport report = world.Move(Rate / 4, MoverWorld.Options(StorageMotionMode.Tracking));
        Assert.InRange(report.Stun.TotalMilliseconds, 5, 60);
        MoveReport mirror = new PlexMirrorWorld(5).Mirror(Rate / 4);
        Assert.Equal((MoveResult.Moved, TimeSpan.Zero), (mirror.Result, mirror.Stun));
        Assert.Single(mirror.Passes);
    }

    [Theory]
    [InlineData("disk-multi-writer", "multi-writer")]
    [InlineData("disk-agent", "disk agent")]
    [InlineData("disk-non-persistent", "non-persistent")]
    public void SVM_5_refused_for_disks_that_may_not_move(string rule, string words)
    {
        var disk = new MachineDisk("scsi1:0", "old", "data.vmdk", MoverWorld.DiskLength)
        {
            IsMultiWriter = rule == "disk-multi-writer",
            IsAgentHeld = rule == "disk-agent",
            Mode = rule == "disk-non-persistent"
                ? VirtualDiskMode.IndependentNonPersistent : VirtualDiskMode.Persistent,
        };
        var world = new MoverWorld(6, disk);
        MoveRefusal refusal = Assert.Single(
            StorageMotionRules.Check(world.Estate, new StorageMotionRequest("web1", "new")));
        Assert.Equal(rule, refusal.Rule);
        MoveReport report = world.Move(Rate / 4, MoverWorld.Options(StorageMotionMode.Tracking));
        Assert.Equal(MoveResult.Refused, report.Result);
        Assert.Contains("scsi1:0", report.Reason, StringComparison.Ordinal);
        Assert.Contains(words, report.Reason, StringComparison.Ordinal);
        Assert.Empty(world.Log);
    }

    [Fact]
    public void SVM_5_of_a_physical_mapping_only_the_mapping_moves()
    {
        var world = new MoverWorld(
            7,
            new MachineDisk("scsi0:0", "old", "web1.vmdk", MoverWorld.DiskLength),
            new MachineDisk("scsi0:1", "old", "web1-rdmp.vmdk", 1L << 40)
            {
                Kind = VirtualDiskKind.PhysicalMapping,
                Lun = "emc0/12",
            });
        MoveReport report = world.Move(Rate / 4, MoverWorld.Options(StorageMotionMode.MirrorDriver));
        Assert.Equal((MoveResult.Moved, ""), (report.Result, report.Reason));
        Assert.Equal(MoverWorld.DiskLength, Assert.Single(report.Passes).Bytes);
        Assert.Equal(("new", "emc0/12"), (world.Recorded.Disks[1].Datastore, world.Recorded.Disks[1].Lun));
        Assert.False(world.Exists("new", "web1-rdmp.vmdk"));
    }

    [Fact]
    public void SVM_6_two_moves_a_host_and_four_disks_on_datastores_of_their_own()
    {
        var slots = new MotionSlots();
        VirtualMachine[] machines = [.. Enumerable.Range(0, 3).Select(
            number => new VirtualMachine($"vm{number}", "esx1", $"old{number}"))];
        Assert.Null(slots.TryBegin(machines[0], "new"));
        Assert.Null(slots.TryBegin(machines[1], "new"));
        Assert.Equal("host-limit", slots.TryBegin(machines[2], "new")?.Rule);
        Assert.Null(slots.TryBegin(machines[2] with { Host = "esx2" }, "new"));
        slots.End(machines[0], "new");
        Assert.Null(slots.TryBegin(machines[2], "new2"));

        MachineDisk[] apart = [.. Enumerable.Range(0, 6).Select(
            number => new MachineDisk($"scsi0:{number}", $"old{number}", $"{number}.vmdk", 512))];
        Assert.Equal([4, 2], MotionSlots.Waves(apart).Select(wave => wave.Count));
        Assert.Equal([1, 1, 1], MotionSlots.Waves(apart.Take(3).Select(disk => disk with { Datastore = "old" }))
            .Select(wave => wave.Count));
    }

    [Fact]
    public void SVM_6_a_datastore_takes_part_in_eight_moves()
    {
        var slots = new MotionSlots();
        for (int number = 0; number < MotionSlots.MovesPerDatastore; number++)
        {
            Assert.Null(slots.TryBegin(new VirtualMachine($"vm{number}", $"esx{number}", $"old{number}"), "new"));
        }

        Assert.Equal("datastore-limit", slots.TryBegin(new VirtualMachine("vm9", "esx9", "old9"), "new")?.Rule);
    }

    [Theory]
    [InlineData(true, false, "disk-multi-writer", "multi-writer flag")]
    [InlineData(false, true, "disk-agent", "disk agent")]
    public void PSV_1_a_shared_or_agent_held_disk_is_named_with_its_flag(
        bool isShared, bool isAgentHeld, string rule, string flag)
    {
        var world = new MoverWorld(8, SharedDisk(isShared, isAgentHeld));
        MoveRefusal refusal = Assert.Single(
            StorageMotionRules.Check(world.Estate, new StorageMotionRequest("web1", "new")));
        Assert.Equal(rule, refusal.Rule);
        Assert.Contains("disk scsi1:0", refusal.Reason, StringComparison.Ordinal);
        Assert.Contains(flag, refusal.Reason, StringComparison.Ordinal);
        Assert.Contains("mirror its volumes", refusal.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void PSV_2_the_same_machine_is_moved_by_a_mirrored_plex_while_it_runs(bool isShared, bool isAgentHeld)
    {
        var world = new PlexMirrorWorld(9, SharedDisk(isShared, isAgentHeld));
        MoveReport mirror = world.Mirror(Rate / 4);
        Assert.Equal((MoveResult.Moved, ""), (mirror.Result, mirror.Reason));
        Assert.Equal(0, world.Lost);
        Assert.Equal(0, world.Failures);
    }

    private static MachineDisk SharedDisk(bool isShared, bool isAgentHeld) =>
        new("scsi1:0", "old", "data.vmdk", MoverWorld.DiskLength)
        {
            IsMultiWriter = isShared,
            IsAgentHeld = isAgentHeld,
        };
}
