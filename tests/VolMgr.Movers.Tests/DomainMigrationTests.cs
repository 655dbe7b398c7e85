using VolMgr.Movers.Domains;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Tests;

/// <summary>The four phases of a domain's migration, in virtual time.</summary>
public sealed class DomainMigrationTests
{
    [Theory]
    [InlineData(DomainTransfer.Warm)]
    [InlineData(DomainTransfer.Live)]
    public void LDM_1_four_phases_in_order_and_one_domain_at_the_end(DomainTransfer transfer)
    {
        var world = new DomainWorld(1);
        MoveReport report = world.Migrate(DomainWorld.Options(transfer));
        Assert.Equal((MoveResult.Moved, ""), (report.Result, report.Reason));
        string[] phases = [.. report.Phases.Select(phase => phase.Name[..2]).Distinct()];
        Assert.Equal(["P1", "P2", "P3", "P4"], phases);
        Assert.Equal((DomainSide.None, DomainSide.Owner), (world.Source, world.Target));
        Assert.Equal(1, world.MostOwners);
        Assert.False(world.IsMemoryLost);
    }

    [Fact]
    public void LDM_1_failure_in_the_checks_changes_nothing()
    {
        var world = new DomainWorld(2);
        MoveReport report = world.Migrate(
            DomainWorld.Options(DomainTransfer.Live), DomainWorld.To with { Switches = [] });
        Assert.Equal(MoveResult.Refused, report.Result);
        Assert.Equal(0, world.Writes);
        Assert.NotEmpty(report.Next);
    }

    /// <summary>The managers die at each of their writes, before it and after it, and at each step; recovery leaves
    /// exactly one that can run, and there were never two.</summary>
    [Theory]
    [InlineData(DomainTransfer.Warm)]
    [InlineData(DomainTransfer.Live)]
    public void LDM_1_exactly_one_domain_is_alive_after_a_fault_at_any_point(DomainTransfer transfer)
    {
        foreach (DomainState state in Enum.GetValues<DomainState>())
        {
            LogicalDomain domain = DomainWorld.Domain with { State = state };
            for (int write = 1; write <= 6; write++)
            {
                foreach (bool isAfter in new[] { false, true })
                {
                    var world = new DomainWorld(write) { DiesAt = write, DiesAfter = isAfter };
                    world.Migrate(DomainWorld.Options(transfer), domain: domain);
                    AssertOneAlive(world, $"{state}, write {write}, after {isAfter}");
                }
            }

            foreach (MoveStep step in Enum.GetValues<MoveStep>())
            {
                DomainWorld? world = null;
                world = new DomainWorld(9);
                world.Migrate(
                    DomainWorld.Options(transfer, new AtStep(step, () => world!.Die())), domain: domain);
                AssertOneAlive(world, $"{state}, step {step}");
            }
        }
    }

    [Fact]
    public void LDM_2_the_checks_differ_by_state_and_a_dry_run_lists_them()
    {
        foreach (DomainState state in Enum.GetValues<DomainState>())
        {
            var world = new DomainWorld(3);
            MoveReport report = world.Migrate(
                DomainWorld.Options(DomainTransfer.Live) with { IsDryRun = true },
                domain: DomainWorld.Domain with { State = state });
            Assert.Equal(MoveResult.Refused, report.Result);
            Assert.Equal(string.Join(", ", DomainChecks.NamesFor(state)), Assert.Single(report.Phases).Detail);
            Assert.Equal(0, world.Writes);
        }

        int active = DomainChecks.NamesFor(DomainState.Active).Count;
        int bound = DomainChecks.NamesFor(DomainState.Bound).Count;
        int inactive = DomainChecks.NamesFor(DomainState.Inactive).Count;
        Assert.True(active > bound);
        Assert.True(bound > inactive);
    }

    [Fact]
    public void LDM_3_equal_paths_on_other_storage_are_found_by_udid_and_by_nothing_else()
    {
        ControlDomain other = DomainWorld.Control("primary-b", "/dev/vx/dsk/datadg/vol0", "udid-2") with
        {
            Domains = [],
        };
        MoveReport refused = new DomainWorld(4).Migrate(DomainWorld.Options(DomainTransfer.Live), other);
        Assert.Equal(MoveResult.Refused, refused.Result);
        Assert.Contains("udid-2", refused.Reason, StringComparison.Ordinal);

        // As in production: it succeeds, and the disk that the domain finds there is not its own.
        MoveReport trusting = new DomainWorld(4).Migrate(
            DomainWorld.Options(DomainTransfer.Live) with { TrustsPaths = true }, other);
        Assert.Equal(MoveResult.Moved, trusting.Result);
        DomainDisk disk = DomainWorld.Domain.Disks[0];
        Assert.NotEqual(DomainWorld.From.Find(disk)?.Udid, other.Find(disk)?.Udid);
    }

    [Theory]
    [InlineData(DomainTransfer.Warm, (int)MoveStep.Suspended)]
    [InlineData(DomainTransfer.Live, (int)MoveStep.Copied)]
    [InlineData(DomainTransfer.Live, (int)MoveStep.Suspended)]
    public void LDM_4_cancelled_while_state_is_transferred_the_source_resumes(DomainTransfer transfer, int step)
    {
        using var cancel = new CancellationTokenSource();
        var world = new DomainWorld(5);
        MoveReport report = world.Migrate(
            DomainWorld.Options(transfer, new AtStep((MoveStep)step, cancel.Cancel)) with { Cancel = cancel.Token });
        Assert.Equal(MoveResult.Cancelled, report.Result);
        Assert.Equal((DomainSide.Owner, DomainSide.None), (world.Source, world.Target));
        Assert.False(world.IsMemoryLost);
        Assert.Equal(0, world.Programs.Failures);
    }

    [Fact]
    public void LDM_4_the_suspension_of_a_warm_migration_grows_with_memory_and_that_of_a_live_one_does_not()
    {
        MoveReport warm = new DomainWorld(6).Migrate(DomainWorld.Options(DomainTransfer.Warm));
        MoveReport live = new DomainWorld(6).Migrate(DomainWorld.Options(DomainTransfer.Live));
        double copy = DomainWorld.MemoryLength / (double)(10 << 20);
        Assert.InRange(warm.Stun.TotalSeconds, copy * 0.9, copy * 1.2);
        Assert.True(live.Stun < warm.Stun / 4);
        Assert.True(live.LivePasses > 1);
    }

    [Fact]
    public void LDM_4_a_domain_that_writes_its_memory_as_fast_as_it_is_copied_stays()
    {
        var world = new DomainWorld(7);
        MoveReport report = world.Migrate(DomainWorld.Options(DomainTransfer.Live), dirtyRate: 20 << 20);
        Assert.Equal(MoveResult.Failed, report.Result);
        Assert.Contains("as fast", report.Reason, StringComparison.Ordinal);
        Assert.Equal((DomainSide.Owner, DomainSide.None), (world.Source, world.Target));
        Assert.False(world.IsMemoryLost);
    }

    [Fact]
    public void LDM_5_on_cluster_storage_only_to_a_node_of_the_same_cluster()
    {
        LogicalDomain domain = DomainWorld.Domain with { ClusterStorage = "cvm1" };
        MoveReport refused = new DomainWorld(8).Migrate(DomainWorld.Options(DomainTransfer.Live), domain: domain);
        Assert.Equal(MoveResult.Refused, refused.Result);
        Assert.Contains("cvm1", refused.Reason, StringComparison.Ordinal);
        MoveReport moved = new DomainWorld(8).Migrate(
            DomainWorld.Options(DomainTransfer.Live), DomainWorld.To with { Cluster = "cvm1" }, domain);
        Assert.Equal(MoveResult.Moved, moved.Result);
    }

    private static void AssertOneAlive(DomainWorld world, string context)
    {
        Assert.True(world.Recover(), context);
        Assert.True(world.Owners == 1, context);
        Assert.True(world.MostOwners == 1, $"{context}: two could run");
        Assert.False(world.IsMemoryLost, context);
    }
}
