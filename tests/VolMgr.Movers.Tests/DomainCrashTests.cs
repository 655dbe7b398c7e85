using VolMgr.Movers.Domains;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Tests;

/// <summary>
/// Both control domains die at an operation on memory or disk, or at a record; one record fails and nobody dies; a
/// migration is cancelled at a step. In the end exactly one of them has the domain, with all that was acknowledged.
/// </summary>
public sealed class DomainCrashTests
{
    public static TheoryData<DomainTransfer, DomainState> Kinds { get; } = new()
    {
        { DomainTransfer.Warm, DomainState.Active },
        { DomainTransfer.Live, DomainState.Active },
        { DomainTransfer.Live, DomainState.Bound },
        { DomainTransfer.Live, DomainState.Inactive },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void LDM_1_dead_at_any_operation_or_record_one_domain_is_left_with_all_data(
        DomainTransfer transfer, DomainState state)
    {
        LogicalDomain domain = DomainWorld.Domain with { State = state };
        var whole = new DomainWorld(21);
        Assert.Equal(MoveResult.Moved, whole.Migrate(DomainWorld.Options(transfer), domain: domain).Result);
        HashSet<DomainSide> sources = [];
        for (long at = 1; at <= whole.Operations; at++)
        {
            var world = new DomainWorld(21) { DiesAtOperation = at };
            MoveReport report = world.Migrate(DomainWorld.Options(transfer), domain: domain);
            sources.Add(world.Source);
            string context = $"dead at operation {at} of {whole.Operations}";
            bool isSettled = (world.Source, world.Target)
                is (DomainSide.Owner, DomainSide.None) or (DomainSide.None, DomainSide.Owner);
            Assert.True(isSettled || report.Next.Contains("domain recover", StringComparison.Ordinal), context);
            Assert.True(world.Recover(), context);
            Assert.True(world.Owners == 1, context);
            Assert.True(world.MostOwners == 1, $"{context}: two could run");
            Assert.True(world.CountLostByOwner() == 0, $"{context}: {world.CountLostByOwner()} pages lost");
        }

        Assert.Contains(DomainSide.Owner, sources);
        Assert.Contains(DomainSide.HandedOver, sources);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_record_that_fails_leaves_one_domain_and_says_what_to_do_next(
        DomainTransfer transfer, DomainState state)
    {
        LogicalDomain domain = DomainWorld.Domain with { State = state };
        for (int write = 1; write <= 5; write++)
        {
            var world = new DomainWorld(22) { FailsAt = write };
            MoveReport report = world.Migrate(DomainWorld.Options(transfer), domain: domain);
            bool isEarly = write <= 3; // receiving, installed, handed over
            Assert.Equal(isEarly ? MoveResult.Failed : MoveResult.Moved, report.Result);
            Assert.Contains(isEarly ? "the domain runs on primary-a" : "domain recover", report.Next);
            Assert.True(world.Recover());
            Assert.Equal((1, 1), (world.Owners, world.MostOwners));
            Assert.Equal(isEarly ? DomainSide.Owner : DomainSide.None, world.Source);
            Assert.Equal(0, world.CountLostByOwner());
            Assert.Equal(0, world.Programs.Failures);
        }
    }

    [Theory]
    [InlineData(DomainTransfer.Warm)]
    [InlineData(DomainTransfer.Live)]
    public void LDM_4_cancelled_at_any_step_before_the_handoff_the_source_resumes_and_after_it_the_target_has_it(
        DomainTransfer transfer)
    {
        foreach (MoveStep step in Enum.GetValues<MoveStep>())
        {
            using var cancel = new CancellationTokenSource();
            var world = new DomainWorld(23);
            var at = new AtStep(step, cancel.Cancel);
            MoveReport report = world.Migrate(DomainWorld.Options(transfer, at) with { Cancel = cancel.Token });
            bool isEarly = at.WasReached && step < MoveStep.Recorded;
            Assert.Equal(isEarly ? MoveResult.Cancelled : MoveResult.Moved, report.Result);
            Assert.Equal(isEarly ? DomainSide.Owner : DomainSide.None, world.Source);
            Assert.NotEmpty(report.Next);
            Assert.Equal((1, 1), (world.Owners, world.MostOwners));
            Assert.Equal((0L, 0L), (world.CountLostByOwner(), world.Programs.Failures));
        }
    }

    [Theory]
    [InlineData(DomainTransfer.Warm)]
    [InlineData(DomainTransfer.Live)]
    public void A_record_that_is_durable_although_it_seemed_to_fail_gives_the_domain_away(DomainTransfer transfer)
    {
        var world = new DomainWorld(24) { FailsAt = 3, IsFailureDurable = true };
        MoveReport report = world.Migrate(DomainWorld.Options(transfer));
        Assert.Equal(MoveResult.Moved, report.Result);
        Assert.Equal((DomainSide.None, DomainSide.Owner), (world.Source, world.Target));
        Assert.Equal(0, world.CountLostByOwner());
    }
}
