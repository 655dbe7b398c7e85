using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Tests;

/// <summary>
/// Whatever fails in whichever phase of each of the five movers: the guest goes on with all acknowledged data, and the
/// report says what to do next.
/// </summary>
public sealed class ComparisonFailureTests
{
    private static readonly MoveStep[] MirrorSteps =
        [MoveStep.Checked, MoveStep.Copied, MoveStep.Resumed, MoveStep.SourceDeleted];

    private static ComparisonOptions Options => new() { Size = 4 << 20, Memory = 2 << 20 };

    public static TheoryData<MoverKind, int> Steps()
    {
        var data = new TheoryData<MoverKind, int>();
        foreach (MoverKind kind in Enum.GetValues<MoverKind>())
        {
            foreach (MoveStep step in Enum.GetValues<MoveStep>().Where(step => Has(kind, step)))
            {
                data.Add(kind, (int)step);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void What_a_move_needs_fails_in_a_phase_and_the_guest_goes_on(MoverKind kind, int number)
    {
        AtStep? fails = null;
        MoverRun run = MoverRunner.Run(Options, kind, (guest, mover) =>
            fails = new AtStep((MoveStep)number, () => Fail(guest, mover), guest.Engine));
        Assert.True(fails!.WasReached);
        Assert.Equal(0, run.Lost);
        Assert.NotEmpty(run.Report.Next);
        bool isMoved = run.Report.Result == MoveResult.Moved;
        Assert.Equal(IsTooLate(kind, (MoveStep)number), isMoved);
        Assert.Equal(isMoved, run.Report.Reason.Length == 0);
        Assert.Equal(!isMoved, run.Report.Phases[^1].Name == "backed out");
        Assert.True(run.During.Failures == 0 || isMoved, "only a new array that is in use may be felt");
        Assert.NotEmpty(PhaseWords.Of(run.Report.Phases[^1].Name).Undo);
    }

    [Fact]
    public void A_new_plex_that_fails_while_it_is_ACTIVE_is_left_and_the_old_one_serves()
    {
        MoverRun run = MoverRunner.Run(Options, MoverKind.PlexMirror, (guest, _) =>
            new AtStep(MoveStep.Resumed, () => guest.Break(ComparedGuest.New), guest.Engine));
        Assert.Equal(MoveResult.Failed, run.Report.Result);
        Assert.Contains("new plex was lost", run.Report.Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0, Options.Size), (run.During.Failures, run.Lost, run.InUseOnOldArray));
    }

    [Fact]
    public void An_old_plex_that_fails_while_both_are_ACTIVE_is_left_and_the_new_one_serves()
    {
        MoverRun run = MoverRunner.Run(Options, MoverKind.PlexMirror, (guest, _) =>
            new AtStep(MoveStep.Resumed, () => guest.Break(ComparedGuest.Old), guest.Engine));
        Assert.Equal((MoveResult.Moved, ""), (run.Report.Result, run.Report.Reason));
        Assert.Equal((0, 0, 0), (run.During.Failures, run.Lost, run.InUseOnOldArray));
    }

    [Fact]
    public void Plexes_that_are_not_equal_both_stay()
    {
        MoverRun run = MoverRunner.Run(Options, MoverKind.PlexMirror, (guest, _) =>
            new AtStep(MoveStep.Copied, () => guest.Find(ComparedGuest.New, "vol01-02")!.Medium
                .ZeroAsync(3 << 20, 64 << 10, Blocks.WriteFlags.None, CancellationToken.None).AsTask().Wait()));
        Assert.Equal((MoveResult.Failed, "the plexes are not equal"), (run.Report.Result, run.Report.Reason));
        Assert.Contains("keep the old plex", run.Report.Next, StringComparison.Ordinal);
        Assert.Equal((0, Options.Size), (run.Lost, run.InUseOnOldArray));
    }

    /// <summary>The new array for the movers of disks; for a domain, whose disk stays, what managers record.</summary>
    private static void Fail(ComparedGuest guest, ComparedMover mover)
    {
        guest.Break(ComparedGuest.New);
        if (mover is DomainMover domain)
        {
            domain.IsRecordBroken = true;
        }
    }

    private static bool Has(MoverKind kind, MoveStep step) => kind switch
    {
        MoverKind.PlexMirror => MirrorSteps.Contains(step),
        MoverKind.Tracking or MoverKind.MirrorDriver => true,
        MoverKind.WarmDomain => step is not (MoveStep.HomeCopied or MoveStep.Copied),
        MoverKind.LiveDomain => step != MoveStep.HomeCopied,
    };

    /// <summary>Whether the guest was at its new place already.</summary>
    private static bool IsTooLate(MoverKind kind, MoveStep step) => kind switch
    {
        MoverKind.PlexMirror => step == MoveStep.SourceDeleted,
        MoverKind.Tracking or MoverKind.MirrorDriver => step >= MoveStep.Suspended,
        MoverKind.WarmDomain or MoverKind.LiveDomain => step >= MoveStep.Recorded,
    };
}
