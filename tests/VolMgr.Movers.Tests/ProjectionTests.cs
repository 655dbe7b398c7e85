using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;
using VolMgr.Movers.Projection;

namespace VolMgr.Movers.Tests;

/// <summary>The arithmetic of projections: its vectors within 1 %, its edges, and that the movers keep to it.</summary>
public sealed class ProjectionTests
{
    private const double MB = 1e6;
    private const double TiB = 1L << 40;

    private static CopyRates Rates => new() { Source = 400 * MB, Target = 500 * MB, Written = 60 * MB, Cap = 300 * MB };

    [Fact]
    public void PV_1_a_thick_mirror_is_bound_by_its_cap()
    {
        MirrorProjection projection = MirrorProjection.Of(2 * TiB, 1, Rates);
        Assert.Equal((300 * MB, CopyBound.Cap), (projection.Rate, projection.Bound));
        AssertNear(2.04, projection.Time!.Value.TotalHours);
    }

    [Fact]
    public void PV_2_a_mirror_that_copies_only_what_is_used()
    {
        MirrorProjection projection = MirrorProjection.Of(2 * TiB, 0.37, Rates);
        AssertNear(45.2, projection.Time!.Value.TotalMinutes);
    }

    [Fact]
    public void PV_3_passes_over_changed_blocks()
    {
        IterativeProjection? projection = IterativeProjection.Of(1e12, 200 * MB, 80 * MB, 64 * MB);
        Assert.NotNull(projection);
        Assert.Equal(11, projection.Passes);
        AssertNear(8333, projection.Time.TotalSeconds);
        AssertNear(41.9 * MB, projection.Left);
        Assert.InRange(projection.LastCopy.TotalSeconds, 0.2075, 0.2125);
        Assert.Equal("11 passes, 8333 s, last copy 0.21 s", IterativeProjection.Words(projection));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(250)]
    public void PV_4_a_guest_that_writes_as_fast_as_the_copy_does_not_converge(int dirtied)
    {
        IterativeProjection? projection = IterativeProjection.Of(1e12, 200 * MB, dirtied * MB, 64 * MB);
        Assert.Null(projection);
        Assert.Equal("does not converge", IterativeProjection.Words(projection));
    }

    [Theory]
    [InlineData(10_000, 9_516)]
    [InlineData(30_000, 25_918)]
    [InlineData(100_000, 63_212)]
    [InlineData(300_000, 95_021)]
    public void PV_5_distinct_regions_of_uniform_writes(int writes, int expected)
    {
        AssertNear(expected, ResyncProjection.Regions(100_000, writes));
        AssertNear(expected * 65536.0, ResyncProjection.Bytes(100_000, writes, 65536));
    }

    [Fact]
    public void PV_6_the_people_are_the_bottleneck_of_a_fleet()
    {
        FleetProjection projection = FleetProjection.Of(
            new FleetPlan(125e12, 4, 150 * MB, TimeSpan.FromHours(8)) { Hosts = 250, HostsPerWeek = 10 });
        AssertNear(57.9, projection.Copying.TotalHours);
        Assert.Equal((8, 2, 25), (projection.Nights, projection.CopyWeeks, projection.PeopleWeeks));
        Assert.Equal((25, FleetBottleneck.People), (projection.Weeks, projection.Bottleneck));
    }

    [Fact]
    public void PV_7_a_copy_at_the_rate_of_its_link()
    {
        MirrorProjection projection = MirrorProjection.Of(
            12 * TiB, 1, new CopyRates { Source = 1e10, Target = 1e10, Link = 4 * 768.0 * (1 << 20), Copies = 4 });
        Assert.Equal(CopyBound.Link, projection.Bound);
        AssertNear(4.55, projection.Time!.Value.TotalHours);
    }

    [Fact]
    public void A_target_that_the_application_fills_leaves_a_mirror_without_an_end()
    {
        MirrorProjection projection = MirrorProjection.Of(TiB, 1, Rates with { Written = 500 * MB });
        Assert.Equal((0.0, CopyBound.Target), (projection.Rate, projection.Bound));
        Assert.Null(projection.Time);
        Assert.Equal(TimeSpan.Zero, MirrorProjection.Of(TiB, 0, Rates with { Written = 500 * MB }).Time);
    }

    [Fact]
    public void A_guest_that_writes_nothing_takes_one_pass_and_an_exact_power_no_pass_more()
    {
        IterativeProjection? still = IterativeProjection.Of(1000, 100, 0, 1);
        Assert.Equal((1, 0.0, 1000.0), (still!.Passes, still.Left, still.Bytes));
        Assert.Equal(10, IterativeProjection.Of(1024, 100, 50, 1)!.Passes);
        Assert.Equal(3, IterativeProjection.Of(1000, 100, 10, 1)!.Passes);
    }

    [Fact]
    public void A_fleet_with_people_enough_waits_for_the_copies()
    {
        FleetProjection projection = FleetProjection.Of(
            new FleetPlan(125e12, 1, 150 * MB, TimeSpan.FromHours(8)) { Hosts = 20, HostsPerWeek = 10 });
        Assert.Equal((6, FleetBottleneck.Copy), (projection.Weeks, projection.Bottleneck));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    public void Tracking_in_virtual_time_keeps_to_its_projection(int dirtied)
    {
        const long length = 16 << 20;
        const long threshold = 512 << 10;
        var world = new MoverWorld(2, new MachineDisk("scsi0:0", "old", "web1.vmdk", length));
        MoveReport report = world.Move((long)dirtied << 20, MoverWorld.Options(StorageMotionMode.Tracking) with
        {
            Pace = new MovePace { BytesPerSecond = 20 << 20, IoSize = 64 << 10 },
            Limits = new TrackingLimits { RegionSize = MoverWorld.WriteSize, Threshold = threshold },
        });
        IterativeProjection projection =
            IterativeProjection.Of(length, 20 << 20, (long)dirtied << 20, threshold)!;
        Assert.Equal((MoveResult.Moved, projection.Passes), (report.Result, report.LivePasses));
        Assert.InRange(report.Passes.Sum(pass => pass.Bytes) / projection.Bytes, 0.95, 1.05);
        Assert.InRange(report.Passes.Sum(pass => pass.Took.TotalSeconds) / projection.Time.TotalSeconds, 0.9, 1.1);
    }

    private static void AssertNear(double expected, double actual) =>
        Assert.InRange(actual, expected * 0.99, expected * 1.01);
}
