using System.Text.Json;
using VolMgr.Blocks;
using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Tests;

/// <summary>The five movers on the default guest, beside the arithmetic.</summary>
public sealed class ComparisonTests
{
    private static readonly Lazy<ComparisonReport> Shared = new(() => MoverComparison.Run(new ComparisonOptions()));

    private static ComparisonReport Report => Shared.Value;

    /// <summary>A guest that is moved in no time.</summary>
    private static ComparisonOptions Small => new()
    {
        Size = 8 << 20,
        Memory = 8 << 20,
        Movers = [MoverKind.PlexMirror, MoverKind.MirrorDriver, MoverKind.LiveDomain],
    };

    [Fact]
    public void Everything_is_moved_and_nothing_is_lost()
    {
        Assert.Equal(Enum.GetValues<MoverKind>(), Report.Runs.Select(run => run.Card.Kind));
        Assert.All(Report.Runs, run => Assert.Equal((MoveResult.Moved, ""), (run.Report.Result, run.Report.Reason)));
        Assert.All(Report.Runs, run => Assert.Equal((0, 0), (run.Lost, run.During.Failures)));
        Assert.True(Report.IsIntact);
    }

    [Fact]
    public void A_mirrored_plex_has_no_stun_and_one_pass()
    {
        MoverRun mirror = Of(MoverKind.PlexMirror);
        Assert.Equal(TimeSpan.Zero, mirror.Report.Stun);
        Assert.Equal(Report.Options.Size, Assert.Single(mirror.Report.Passes).Bytes);
        Assert.InRange(mirror.During.LongestGap, mirror.Before.LongestGap, 2 * mirror.Before.LongestGap);
    }

    [Fact]
    public void Tracking_takes_the_passes_of_the_formula()
    {
        MoverRun tracking = Of(MoverKind.Tracking);
        Assert.Equal((int)Math.Ceiling(Math.Log(1.0 / 64) / Math.Log(3.0 / 10)), tracking.Report.LivePasses);
        for (int pass = 0; pass < tracking.Report.Passes.Count; pass++)
        {
            double expected = Report.Options.Size * Math.Pow(3.0 / 10, pass);
            Assert.InRange(tracking.Report.Passes[pass].Bytes / expected, 0.98, 1.02);
        }
    }

    [Fact]
    public void The_mirror_driver_takes_one_pass_and_stuns()
    {
        MoverRun driver = Of(MoverKind.MirrorDriver);
        Assert.Single(driver.Report.Passes);
        Assert.InRange(driver.Report.Stun.TotalMilliseconds, 200, 210);
        Assert.True(driver.During.LongestGap >= driver.Report.Stun);
    }

    [Fact]
    public void A_warm_domain_stands_still_for_all_of_its_memory_and_a_live_one_for_the_rest()
    {
        MoverRun warm = Of(MoverKind.WarmDomain);
        MoverRun live = Of(MoverKind.LiveDomain);
        Assert.Equal(0, warm.Report.LivePasses);
        Assert.InRange(warm.Report.Stun.TotalSeconds, 3.39, 3.41);
        Assert.True(live.Report.Stun < warm.Report.Stun / 10);
        Assert.True(warm.During.P50 > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void What_is_left_on_the_old_array_is_nothing_or_everything()
    {
        long size = Report.Options.Size;
        Assert.Equal((0, size), Left(MoverKind.PlexMirror));
        Assert.Equal((0, 0), Left(MoverKind.Tracking));
        Assert.Equal((0, 0), Left(MoverKind.MirrorDriver));
        Assert.Equal((size, size), Left(MoverKind.WarmDomain));
        Assert.Equal((size, size), Left(MoverKind.LiveDomain));
    }

    [Fact]
    public void A_guest_that_writes_twice_as_much_changes_the_numbers_as_the_arithmetic_says()
    {
        Assert.Equal(10, Report.Arithmetic.Count);
        Assert.All(Report.Arithmetic, line => Assert.InRange(line.Asked.Deviation ?? 1, 0, 0.01));
        Assert.All(Report.Arithmetic, line => Assert.InRange(line.Doubled.Deviation ?? 1, 0, 0.01));
        ArithmeticLine passes = Report.Arithmetic.First(line => line.Card.Kind == MoverKind.Tracking);
        Assert.Equal((4.0, 9.0), (passes.Asked.Measured, passes.Doubled.Measured));
        ArithmeticLine mirror = Report.Arithmetic.First(line => line.Card.Kind == MoverKind.PlexMirror);
        Assert.InRange(mirror.Doubled.Measured / mirror.Asked.Measured ?? 0, 0.99, 1.01);
    }

    [Fact]
    public void The_crossover_is_found_within_2_percent_of_the_copy_rate()
    {
        Crossover crossover = Report.Crossover!;
        Assert.InRange(crossover.CopyRate / Report.Options.CopyRate, 0.99, 1.01);
        Assert.InRange(crossover.Found / crossover.CopyRate, 0.98, 1.02);
        Assert.InRange(crossover.NotConverging - crossover.Converging, 1, crossover.NotConverging / 50);
        Assert.All(crossover.Probes, probe => Assert.Equal(probe.WriteRate < crossover.Found, probe.Converges));
        Assert.All(
            crossover.Curve, point => Assert.Equal(point.WriteRate < crossover.Found, point.Tracking is not null));
        Assert.All(crossover.Curve, point => Assert.InRange(point.Mirror.TotalSeconds, 1.58, 1.62));
    }

    [Fact]
    public void Every_phase_has_its_words() => Assert.All(
        Report.Runs.SelectMany(run => run.Report.Phases), phase => Assert.NotEmpty(PhaseWords.Of(phase.Name).Undo));

    [Fact]
    public void Equal_seed_equal_report_and_another_seed_another_one()
    {
        string first = JsonSerializer.Serialize(MoverComparison.Run(Small));
        Assert.Equal(first, JsonSerializer.Serialize(MoverComparison.Run(Small, RunBackwards)));
        Assert.NotEqual(first, JsonSerializer.Serialize(MoverComparison.Run(Small with { Seed = 2 })));
    }

    [Fact]
    public void A_guest_that_writes_as_fast_as_the_copy_is_predicted_and_seen_to_stay()
    {
        ComparisonOptions options = Small with
        {
            WriteRate = 6 << 20,
            DirtyRate = 6 << 20,
            Movers = [MoverKind.Tracking, MoverKind.LiveDomain],
        };
        ComparisonReport report = MoverComparison.Run(options);
        Assert.All(
            report.Arithmetic,
            line => Assert.Equal((null, null), (line.Doubled.Predicted, line.Doubled.Measured)));
        Assert.True(report.IsIntact);
    }

    [Fact]
    public void A_guest_that_wanted_to_write_its_whole_disk_anew_while_it_stood_still_has_lost_nothing()
    {
        MoverRun run = MoverRunner.Run(
            Small with { CopyRate = 2 << 20, WriteRate = 6 << 20 }, MoverKind.WarmDomain);
        Assert.InRange(run.Report.Stun.TotalSeconds, 4, 5); // three times round the disk would have been due
        Assert.Equal((MoveResult.Moved, 0), (run.Report.Result, run.Lost));
        Assert.True(run.IsIntact);
    }

    [Theory]
    [InlineData(MoverKind.PlexMirror)]
    [InlineData(MoverKind.Tracking)]
    [InlineData(MoverKind.MirrorDriver)]
    [InlineData(MoverKind.WarmDomain)]
    [InlineData(MoverKind.LiveDomain)]
    public void A_mover_that_loses_data_fails_the_comparison(MoverKind kind)
    {
        ComparisonOptions options = Small with { Movers = [kind] };
        ComparisonReport report = MoverComparison.Run(
            options, (guest, _) => new AtStep(MoveStep.SourceDeleted, () => Spoil(guest)), RunBackwards);
        Assert.False(report.IsIntact);
        Assert.Equal(kind, Assert.Single(report.Broken).Card.Kind);
        Assert.InRange(report.Runs[0].Lost, 1, 8);
    }

    private static void Spoil(ComparedGuest guest)
    {
        foreach ((string store, string file) in new[]
        {
            (ComparedGuest.New, "vol01-02"),
            (ComparedGuest.New, ComparedGuest.DiskFile),
            (ComparedGuest.Old, ComparedGuest.DiskFile),
        })
        {
            foreach (long offset in new[] { 3L << 20, 7L << 20 }) // the guest goes on and may write over one of them
            {
                guest.Find(store, file)?.Medium
                    .ZeroAsync(offset, 64 << 10, WriteFlags.None, CancellationToken.None).AsTask().Wait();
            }
        }
    }

    private static void RunBackwards(IReadOnlyList<Action> moves) => moves.Reverse().ToList().ForEach(move => move());

    private static (long, long) Left(MoverKind kind) => (Of(kind).InUseOnOldArray, Of(kind).LyingOnOldArray);

    private static MoverRun Of(MoverKind kind) => Report.Runs.First(run => run.Card.Kind == kind);
}
