using VolMgr.Proof.Histories;
using static VolMgr.Proof.Tests.HandMade;

namespace VolMgr.Proof.Tests;

/// <summary>What invariants demand beyond the first thing that their names say, on bad histories written by hand.
/// </summary>
public sealed class InvariantDetailTests
{
    private static readonly PlexView Out = new("new", IsReadable: false, IsAttaching: false, ["disk2"]);

    [Fact]
    public void I_02_a_plex_that_is_out_serves_a_read_with_what_it_missed() => LastBreaks(
        "I-02",
        [
            .. Mirror, Has(Old, Out), Write(1, 0), Put("old", 0, 1), Done(1), new PlexRead("new", 0, 1) { Read = 7 },
            new PlexReadEnded("new", 0, 1, 7),
        ]);

    [Fact]
    public void I_02_a_plex_serves_a_read_with_what_was_taken_back_before() => LastBreaks(
        "I-02",
        [
            .. Mirror, Write(1, 0), Put("old", 0, 1), Done(1), new PlexRead("new", 0, 1) { Read = 7 },
            new PlexReadEnded("new", 0, 1, 7),
        ]);

    [Fact]
    public void I_02_a_read_of_a_plex_beside_a_write_may_serve_either() => Holds(
        [
            .. Mirror, Write(1, 0), new PlexRead("new", 0, 1) { Read = 7 }, Put("old", 0, 1),
            new PlexReadEnded("new", 0, 1, 7), Put("new", 0, 1), Done(1),
        ]);

    [Fact]
    public void I_03_what_a_copy_has_marked_changes_on_the_target_alone()
    {
        HistoryEvent[] marks = [.. Enumerable.Repeat(new CopyMarked(1, 0, 1, 1), 15)];
        LastBreaks(
            "I-03",
            [
                .. Attaching, Copy(1), Put("new", 0, 0, 0), .. marks, Put("new", 0, Stamp.Garbage),
                new CopyMarked(1, 1, 1, 2),
            ]);
    }

    [Fact]
    public void I_04_a_detached_plex_misses_a_write_and_its_map_does_not_say_so() =>
        LastBreaks("I-04", [.. Tracking, Marked(1), Write(1, 0), Put("old", 2, 0), Done(1)]);

    [Fact]
    public void I_04_data_lands_before_its_mark_in_the_map_is_durable() =>
        LastBreaks("I-04", [.. Tracking, Marked(1), Write(1, 2), Write(2, 4), Put("old", 2, 1), Put("old", 4, 2)]);

    [Fact]
    public void I_04_a_mark_goes_while_the_plex_is_out() =>
        LastBreaks("I-04", [.. Tracking, Marked(1), Write(1, 2), Put("old", 2, 1), Done(1), Marked(1, 2), Marked(2)]);

    [Fact]
    public void I_04_what_is_marked_may_be_missed() => Holds(
        [.. Tracking, Write(1, 2), Marked(1), Put("old", 2, 1), Done(1), Zero(2, 7), Put("old", 7, 0), Done(2)]);

    [Fact]
    public void I_22_a_copy_brings_what_the_plex_did_not_miss() => LastBreaks(
        "I-22", [.. Tracking, Marked(1), Has(Old, New with { IsTracked = true }), Copy(1, (0, 2), (4, 3))]);

    [Fact]
    public void I_22_a_copy_brings_what_the_plex_missed_and_what_is_being_written() => Assert.DoesNotContain(
        "I-22",
        Judge([
            .. Tracking, Marked(1), Has(Old, New with { IsTracked = true }), Write(1, 7), Copy(1, (0, 2), (4, 2)),
        ]).Keys);

    [Fact]
    public void I_11_after_an_abort_only_a_part_is_copied() => LastBreaks(
        "I-11",
        [
            .. Attaching, Copy(1), Has(Old, Out), new CopyEnded(1, "new", CopyEnding.Aborted), Has(Old, New),
            new CopyBegan(2, "new", [(0, 4)]),
        ]);

    [Fact]
    public void I_14_a_plex_gets_a_write_of_another_volume() => LastBreaks("I-14", [.. Mirror, Put("old", 3, 99)]);

    [Fact]
    public void I_24_a_copy_is_faster_than_it_may_be() => LastBreaks(
        "I-24",
        [
            .. Limited, new TimePassed(TimeSpan.FromSeconds(0.5)), new CopyMarked(1, 4, 1, 5),
        ]);

    [Fact]
    public void I_24_a_copy_may_go_on_in_the_next_second() => Assert.DoesNotContain(
        "I-24", Judge([.. Limited, new TimePassed(TimeSpan.FromSeconds(2)), new CopyMarked(1, 4, 1, 5)]).Keys);

    [Fact]
    public void I_24_a_client_waits_for_seconds_beside_a_copy() => LastBreaks(
        "I-24", [.. Attaching, Copy(1), Write(1, 0), new TimePassed(TimeSpan.FromSeconds(3)), Failed(1)]);

    [Fact]
    public void I_24_who_waits_for_a_disk_that_fails_is_not_judged() => Assert.DoesNotContain(
        "I-24",
        Judge([
            .. Attaching, Copy(1), new FaultBegan("lun-old"), Write(1, 0), new TimePassed(TimeSpan.FromSeconds(3)),
            Failed(1),
        ]).Keys);

    [Fact]
    public void I_29_a_record_without_its_plex_begins_a_copy() => LastBreaks("I-29", Has(Old), Copy(1));

    [Fact]
    public void I_33_a_plex_stays_half_attached() =>
        LastBreaks("I-33", [.. Attaching, Rest(("old", new long[Length]))]);

    [Fact]
    public void I_34_more_bits_are_set_in_memory_than_regions_count() => LastBreaks(
        "I-34", Dirty(1, 2), Rest(("old", new long[Length])) with { DirtyCount = 1, DirtyBits = 2 });

    [Fact]
    public void I_34_a_region_counts_as_dirty_without_a_bit_on_the_media() => LastBreaks(
        "I-34", Dirty(1), Rest(("old", new long[Length])) with { DirtyCount = 2, DirtyBits = 2 });

    [Fact]
    public void I_34_fewer_regions_than_bits_on_the_media_are_being_cleared() => Assert.DoesNotContain(
        "I-34", Judge(Dirty(1, 2), Rest(("old", new long[Length])) with { DirtyCount = 1, DirtyBits = 1 }).Keys);

    [Fact]
    public void I_34_a_region_is_in_use_at_rest() => LastBreaks(
        "I-34",
        Dirty(1), Rest(("old", new long[Length])) with { DirtyCount = 1, DirtyBits = 1, BusyRegions = 1 });

    [Fact]
    public void I_34_a_bit_behind_the_last_region_is_set() => LastBreaks("I-34", Dirty(1) with { Padding = 1 });

    [Fact]
    public void I_36_two_plexes_share_bytes_of_a_disk() => LastBreaks(
        "I-36",
        Has(
            Old with { Places = [("disk1", 0, 4096)] },
            Out with { Disks = ["disk1"], Places = [("disk1", 2048, 4096)] }));

    /// <summary>A plex is out, and what it misses is in a map; regions of two sectors.</summary>
    private static HistoryEvent[] Tracking =>
        [.. Mirror, Has(Old, Out with { IsTracked = true }), Marked()];

    private static DetachMarks Marked(params int[] regions) => new("new", 2, regions);

    /// <summary>A copy of two sectors a second that has brought four of data.</summary>
    private static HistoryEvent[] Limited =>
    [
        .. Attaching, Copy(1) with { SectorsPerSecond = 2, Workers = 1, Step = 1 },
        Put("new", 0, 1, 1, 1, 1, 1, 1, 1, 1), new CopyMarked(1, 0, 4, 4),
    ];
}
