using VolMgr.Proof.Histories;
using static VolMgr.Proof.Tests.HandMade;

namespace VolMgr.Proof.Tests;

/// <summary>Clauses of the invariants about errors, bounds and commands, on bad histories written by hand.</summary>
public sealed class InvariantClauseTests
{
    private static readonly PlexView GivenUp =
        Old with { IsReadable = false, IsComplete = false, HasFailed = true };

    [Theory]
    [InlineData("array2/lun-new")]
    [InlineData("array2/")]
    public void I_17_an_error_of_the_target_fails_a_request(string faulty) =>
        LastBreaks("I-17", [.. Attaching, new FaultBegan(faulty), Write(1, 0), Failed(1)]);

    [Theory]
    [InlineData("array1/lun-old")]
    [InlineData("array1/")]
    public void I_17_an_error_of_the_source_may_fail_a_request(string faulty) => Assert.DoesNotContain(
        "I-17", Judge([.. Attaching, new FaultBegan(faulty), Write(1, 0), Failed(1)]).Keys);

    [Fact]
    public void I_17_an_error_of_the_target_gives_the_source_up() => LastBreaks(
        "I-17",
        [.. Attaching, new FaultBegan("array2/lun-new"), Has(GivenUp, Twin with { Luns = ["array2/lun-new"] })]);

    [Fact]
    public void I_17_a_plex_is_given_up_for_its_own_error() => Assert.DoesNotContain(
        "I-17", Judge([.. Mirror, new FaultBegan("array1/lun-old"), Has(GivenUp, Twin)]).Keys);

    [Fact]
    public void I_17_what_could_not_be_read_counts_as_copied() => LastBreaks(
        "I-17",
        [
            .. Attaching, Write(1, 2), Put("old", 2, 1), Put("new", 2, 1), Done(1), Copy(1), new CopyHeld(1, 2, 1),
            new PlexReadFailed("old", 2, 1), new CopyMarked(1, 2, 1, 1),
        ]);

    [Fact]
    public void I_17_what_was_read_from_another_plex_is_copied() => Assert.DoesNotContain(
        "I-17",
        Judge([
            .. Attaching, Write(1, 2), Put("old", 2, 1), Put("new", 2, 1), Done(1), Copy(1), new CopyHeld(1, 2, 1),
            new PlexReadFailed("old", 2, 1), new PlexReadEnded("old", 2, 1, 7), new CopyMarked(1, 2, 1, 1),
        ]).Keys);

    [Fact]
    public void I_17_a_client_whose_read_fails_after_that_of_the_copy_takes_nothing_back() => Assert.DoesNotContain(
        "I-17",
        Judge([
            .. Attaching, Write(1, 2), Put("old", 2, 1), Put("new", 2, 1), Done(1), Copy(1), new CopyHeld(1, 2, 1),
            new PlexReadEnded("old", 2, 1, 7), new PlexReadFailed("old", 2, 1), new CopyMarked(1, 2, 1, 1),
        ]).Keys);

    [Fact]
    public void I_17_a_read_before_the_copy_took_the_range_is_not_its_own() => LastBreaks(
        "I-17",
        [
            .. Attaching, Write(1, 2), Put("old", 2, 1), Put("new", 2, 1), Done(1), Copy(1),
            new PlexReadEnded("old", 2, 1, 7), new CopyHeld(1, 2, 1), new PlexReadFailed("old", 2, 1),
            new CopyMarked(1, 2, 1, 1),
        ]);

    [Fact]
    public void I_17_what_a_copy_held_while_its_host_booted_it_may_have_read_then() => Assert.DoesNotContain(
        "I-17",
        Judge([
            .. Attaching, Write(1, 2), Put("old", 2, 1), Put("new", 2, 1), Done(1), Copy(1),
            new PlexReadFailed("old", 2, 1), new CopyMarked(1, 2, 1, 1),
        ]).Keys);

    [Fact]
    public void I_17_a_removal_that_was_not_committed_is_called_done() =>
        LastBreaks("I-17", [.. Mirror, new ObjectRemoved("new")]);

    [Fact]
    public void I_19_a_plex_that_was_durably_out_may_be_back_for_a_copy_at_the_acknowledgement() =>
        Assert.DoesNotContain(
            "I-19",
            Judge([
                .. Mirror, Write(1, 0), Put("old", 0, 1), new PlexWriteFailed("new", 0, 1), Has(Old), Has(Old, New),
                Done(1),
            ]).Keys);

    [Fact]
    public void I_19_what_a_plex_misses_after_it_came_back_is_recorded_again() => LastBreaks(
        "I-19",
        [
            .. Mirror, Write(1, 0), Put("old", 0, 1), Has(Old), Has(Old, New), new PlexWriteFailed("new", 0, 1),
            Done(1),
        ]);

    [Fact]
    public void I_22_a_range_that_is_marked_is_taken_up_again() => LastBreaks(
        "I-22",
        [.. Attaching, Copy(1, (0, 2)), new CopyHeld(1, 2, 2), new CopyMarked(1, 2, 2, 4), new CopyHeld(1, 3, 2)]);

    [Fact]
    public void I_25_a_copy_has_more_data_in_memory_than_a_step() => LastBreaks(
        "I-25",
        [
            .. Attaching, Copy(1) with { Step = 2, Workers = 1 }, Put("new", 0, 1, 1, 1, 0, 0), new CopyHeld(1, 0, 5),
            new CopyMarked(1, 0, 5, 5),
        ]);

    [Fact]
    public void I_25_what_has_no_data_needs_no_memory() => Assert.DoesNotContain(
        "I-25",
        Judge([
            .. Attaching, Copy(1) with { Step = 2, Workers = 1 }, Put("new", 0, 1, 1, 0, 0, 0), new CopyHeld(1, 0, 5),
            new CopyMarked(1, 0, 5, 5),
        ]).Keys);

    [Fact]
    public void I_25_a_range_is_never_given_back() => LastBreaks(
        "I-25", [.. Attaching, Copy(1), new CopyHeld(1, 0, 1), Rest(("old", new long[Length]))]);

    [Fact]
    public void I_27_a_refused_command_leaves_a_plex_behind() => LastBreaks(
        "I-27", [Has(Old), new CommandBegan(1), Has(Old, New), new CommandEnded(1, IsDone: false)]);

    [Fact]
    public void I_27_a_refused_command_leaves_another_length_behind() => LastBreaks(
        "I-27",
        Has(Old), new CommandBegan(1), new Committed(new ConfigurationView(2, Length + 8, [Old])),
        new CommandEnded(1, IsDone: false));

    [Fact]
    public void I_27_the_one_of_two_that_is_carried_out_may_leave_a_plex() => Assert.DoesNotContain(
        "I-27",
        Judge([
            Has(Old), new CommandBegan(1), new CommandBegan(2), Has(Old, New), new CommandEnded(1, IsDone: false),
            new CommandEnded(2, IsDone: true),
        ]).Keys);

    [Fact]
    public void I_31_what_failed_behind_a_write_may_be_on_one_plex_when_that_is_answered() => Assert.DoesNotContain(
        "I-31",
        Judge([
            .. Mirror, Write(1, 0), Write(2, 0), Put("old", 0, 1), Put("new", 0, 1), Put("new", 0, 2), Failed(2),
            Done(1),
        ]).Keys);

    [Fact]
    public void I_31_what_failed_before_a_write_excuses_nothing() => LastBreaks(
        "I-31",
        [
            .. Mirror, Write(1, 0), Put("new", 0, 1), Failed(1), Write(2, 0), Put("old", 0, 2),
            Put("new", 0, Stamp.Garbage), Done(2),
        ]);

    [Fact]
    public void I_33_what_an_administrator_set_is_something_else() => LastBreaks(
        "I-33",
        new Committed(View(1, Old) with { Settings = "round 0600" }),
        new Committed(View(2, Old) with { Settings = "prefer 0600" }));

    [Fact]
    public void I_33_what_an_administrator_asked_for_may_be_there_after_a_crash_or_not() => Assert.DoesNotContain(
        "I-33",
        Judge(
            new Committed(View(1, Old) with { Settings = "round" }), new SettingsAsked(), new Crashed(),
            new Booted(View(2, Old) with { Settings = "prefer" }, 3)).Keys);

    [Fact]
    public void I_33_a_record_stays_locked() => LastBreaks(
        "I-33", new Committed(View(1, Old) with { Locked = ["vol01"] }), Rest(("old", new long[Length])));

    [Fact]
    public void I_33_a_task_runs_at_rest() =>
        LastBreaks("I-33", Has(Old), Rest(("old", new long[Length])) with { Tasks = 1 });
}
