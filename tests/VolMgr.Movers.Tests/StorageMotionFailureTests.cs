using VolMgr.Blocks;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Tests;

/// <summary>
/// Whatever fails in whichever phase of a Storage vMotion: the machine's record names disks that hold everything that
/// was acknowledged, and the report says what to do next.
/// </summary>
public sealed class StorageMotionFailureTests
{
    private const long Rate = 5 << 20;

    public static TheoryData<StorageMotionMode, int> Steps()
    {
        var data = new TheoryData<StorageMotionMode, int>();
        foreach (StorageMotionMode mode in Enum.GetValues<StorageMotionMode>())
        {
            foreach (MoveStep step in Enum.GetValues<MoveStep>())
            {
                data.Add(mode, (int)step);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_target_that_fails_leaves_the_machine_where_it_was(StorageMotionMode mode, int number)
    {
        var step = (MoveStep)number;
        var world = new MoverWorld(11);
        var fails = new AtStep(step, () => Break(world), world.Engine);
        MoveReport report = world.Move(Rate, MoverWorld.Options(mode, fails));
        Assert.True(fails.WasReached);
        bool isEarly = step <= MoveStep.Copied;
        Assert.Equal(isEarly ? MoveResult.Failed : MoveResult.Moved, report.Result);
        AssertUsable(world, report);
        if (isEarly)
        {
            Assert.Equal("old", world.Recorded.Home);
            Assert.Equal(0, world.Workload.Failures);
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_cancelled_move_leaves_the_machine_where_it_was(StorageMotionMode mode, int number)
    {
        using var cancel = new CancellationTokenSource();
        var world = new MoverWorld(12);
        var step = (MoveStep)number;
        StorageMotionOptions options = MoverWorld.Options(mode, new AtStep(step, cancel.Cancel)) with
        {
            Cancel = cancel.Token,
        };
        MoveReport report = world.Move(Rate, options);
        Assert.Equal(step < MoveStep.Recorded ? MoveResult.Cancelled : MoveResult.Moved, report.Result);
        Assert.Equal(step < MoveStep.Recorded ? "old" : "new", world.Recorded.Home);
        Assert.Equal(0, world.Workload.Failures);
        AssertUsable(world, report);
        Assert.Equal(step < MoveStep.Recorded, world.Exists("old", "web1.vmdk"));
        Assert.Equal(step >= MoveStep.Recorded, world.Exists("new", "web1.vmdk"));
    }

    [Theory]
    [InlineData(StorageMotionMode.Tracking)]
    [InlineData(StorageMotionMode.MirrorDriver)]
    public void A_record_that_cannot_be_written_leaves_the_machine_where_it_was(StorageMotionMode mode)
    {
        var world = new MoverWorld(13) { IsRecordBroken = true };
        MoveReport report = world.Move(Rate, MoverWorld.Options(mode));
        Assert.Equal(MoveResult.Failed, report.Result);
        Assert.Equal(world.Machine, world.Recorded);
        Assert.Equal(0, world.Workload.Failures);
        AssertUsable(world, report);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_host_that_dies_at_a_step_finds_all_data_where_the_record_says(StorageMotionMode mode, int number)
    {
        MoverWorld? world = null;
        world = new MoverWorld(14);
        world.Move(Rate, MoverWorld.Options(mode, new AtStep((MoveStep)number, () => world!.Die())));
        world.LosePower();
        Assert.Equal((MoveStep)number < MoveStep.Recorded ? "old" : "new", world.Recorded.Home);
        Assert.Equal(0, world.CountLost());
    }

    /// <summary>The host dies at an operation of any number, and the disks lose their power with it.</summary>
    [Theory]
    [InlineData(StorageMotionMode.Tracking)]
    [InlineData(StorageMotionMode.MirrorDriver)]
    public void A_host_that_dies_at_any_operation_finds_all_data_where_the_record_says(StorageMotionMode mode)
    {
        var whole = new MoverWorld(15);
        whole.Move(Rate, MoverWorld.Options(mode));
        long stride = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all" ? 1 : whole.Operations / 40;
        HashSet<string> homes = [];
        for (long at = 1; at < whole.Operations; at += stride)
        {
            var world = new MoverWorld(15) { DiesAt = at };
            world.Move(Rate, MoverWorld.Options(mode));
            world.LosePower();
            Assert.True(world.CountLost() == 0, $"dead at operation {at}");
            homes.Add(world.Recorded.Home);
        }

        Assert.Equal(2, homes.Count); // before the record and after it
    }

    private static void Break(MoverWorld world)
    {
        foreach (string file in new[] { "web1.vmdk", "web1.vmx", "vmware.log", "web1.vswp" })
        {
            if (world.Exists("new", file))
            {
                world.Disk("new", file).Faults.Add(FaultRule.Always(DeviceOperations.Write | DeviceOperations.Flush));
            }
        }

        world.TargetsFail = true;
    }

    private static void AssertUsable(MoverWorld world, MoveReport report)
    {
        Assert.NotEmpty(report.Next);
        Assert.Equal(0, world.CountLost());
        Assert.True(report.Result is MoveResult.Moved || report.Reason.Length > 0);
    }
}
