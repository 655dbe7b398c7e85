using VolMgr.Proof.Histories;
using VolMgr.Proof.Invariants;
using VolMgr.Simulation;
using static VolMgr.Proof.Tests.HandMade;

namespace VolMgr.Proof.Tests;

/// <summary>Each invariant fires on a bad history written by hand, at the event that breaks it.</summary>
public sealed class InvariantTests
{
    [Fact]
    public void There_are_thirty_six_by_number() => Assert.Equal(
        Enumerable.Range(1, 36).Select(number => $"I-{number:00}"),
        CheckerCatalogue.Create().Select(checker => checker.Id));

    [Fact]
    public void A_good_migration_keeps_all_of_them() => Holds(
    [
        .. Attaching, Dirty(),
        Write(1, 0, 2), Put("old", 0, 1, 1), Put("new", 0, 1, 1), Done(1),
        Copy(1), new CopyHeld(1, 0, 8), Put("new", 0, 1, 1, 0, 0, 0, 0, 0, 0),
        new CopyMarked(1, 0, 8, 8), new CopyReleased(1, 0, 8), new CopyProgressed(1, 8, 8),
        .. Flushed("new", 1), .. Flushed("old", 2), new CommitBegan(View(2, Old, Twin)),
        new Committed(View(2, Old, Twin)),
        new CopyEnded(1, "new", CopyEnding.Completed),
        Write(2, 1), Put("old", 1, 2), Read(3, 0, 2), Shows(3, 1, 2), Put("new", 1, 2), Done(2),
        Flush(4), .. Flushed("old", 3), .. Flushed("new", 4), Done(4),
        Write(5, 1), Put("new", 1, 5), new Crashed(),
        new Booted(View(2, Old, Twin), 3), new PlexContent("old", [1, 2, 0, 0, 0, 0, 0, 0]),
        new PlexContent("new", [1, 5, 0, 0, 0, 0, 0, 0]), Put("new", 1, 2),
        Read(6, 1), Shows(6, 2), Read(7, 1), Shows(7, 2),
        Rest(("old", [1, 2, 0, 0, 0, 0, 0, 0]), ("new", [1, 2, 0, 0, 0, 0, 0, 0])),
    ]);

    [Fact]
    public void I_01_a_read_shows_what_an_acknowledged_write_had_taken_back() =>
        LastBreaks("I-01", Write(1, 0), Done(1), Write(2, 0), Done(2), Read(3, 0), Shows(3, 1));

    [Fact]
    public void I_01_two_reads_go_backwards() =>
        LastBreaks("I-01", Write(1, 0), Done(1), Write(2, 0), Read(3, 0), Shows(3, 2), Read(4, 0), Shows(4, 1));

    [Fact]
    public void I_01_a_read_beside_a_write_may_show_either() =>
        Holds(Write(1, 0), Done(1), Write(2, 0), Read(3, 0), Shows(3, 1), Read(4, 0), Shows(4, 2), Done(2));

    [Fact]
    public void I_02_a_plex_is_read_while_it_is_attached() =>
        LastBreaks("I-02", [.. Attaching, new PlexRead("old", 0, 1), new PlexRead("new", 0, 1)]);

    [Fact]
    public void I_02_a_plex_becomes_readable_before_all_is_copied() =>
        LastBreaks("I-02", [.. Attaching, Copy(1), new CopyMarked(1, 0, 7, 7), Has(Old, Twin)]);

    [Fact]
    public void I_03_plexes_differ_at_rest() => LastBreaks(
        "I-03",
        [
            .. Mirror, Write(1, 3), Failed(1),
            Rest(("old", [0, 0, 0, 1, 0, 0, 0, 0]), ("new", [0, 0, 0, 0, 0, 0, 0, 0])),
        ]);

    [Fact]
    public void I_03_a_plex_holds_at_rest_what_was_taken_back() => LastBreaks(
        "I-03", [Has(Old), Write(1, 0), Done(1), Rest(("old", [0, 0, 0, 0, 0, 0, 0, 0]))]);

    [Fact]
    public void I_04_a_write_is_acknowledged_and_missed_the_attaching_plex() =>
        LastBreaks("I-04", [.. Attaching, Write(1, 0), Put("old", 0, 1), Done(1)]);

    [Fact]
    public void I_05_plexes_differ_without_a_dirty_bit() => LastBreaks(
        "I-05",
        [
            new Committed(View(1, Old, Twin) with { HasLog = true }), Zeroed("old"), Zeroed("new"), Dirty(0),
            Write(1, 1), Put("old", 1, 1), Put("new", 1, 1), Done(1), Write(2, 2), Put("old", 2, 2),
        ]);

    [Fact]
    public void I_06_a_range_is_marked_that_is_not_on_the_target() =>
        LastBreaks(
            "I-06", [.. Attaching, Copy(1), Put("new", 0, 0), new CopyMarked(1, 0, 1, 1), new CopyMarked(1, 1, 1, 2)]);

    [Fact]
    public void I_06_a_dirty_bit_goes_while_one_plex_has_the_write_in_its_cache() => LastBreaks(
        "I-06",
        [.. Mirror, Dirty(0), Write(1, 0), Put("old", 0, 1), Put("new", 0, 1), Done(1), .. Flushed("old", 1), Dirty()]);

    [Fact]
    public void I_07_a_flush_is_acknowledged_with_one_plex_not_flushed() => LastBreaks(
        "I-07",
        [
            .. Mirror, Write(1, 0), Put("old", 0, 1), Put("new", 0, 1), Done(1), Flush(2), .. Flushed("old", 1),
            Done(2),
        ]);

    [Fact]
    public void I_07_what_was_flushed_is_gone_after_a_crash() => LastBreaks(
        "I-07", Write(1, 0), Done(1), Flush(2), Done(2), new Crashed(), Read(3, 0), Shows(3, 0));

    [Fact]
    public void I_07_what_was_not_flushed_may_be_gone() =>
        Holds(Write(1, 0), Done(1), new Crashed(), Read(3, 0), Shows(3, 0));

    [Fact]
    public void I_08_a_sector_shows_what_nobody_wrote() =>
        LastBreaks("I-08", new Crashed(), Read(1, 0), Shows(1, Stamp.Garbage));

    [Fact]
    public void I_08_a_sector_shows_the_write_of_another() =>
        LastBreaks("I-08", Write(1, 0), Done(1), Read(2, 1), Shows(2, 1));

    [Fact]
    public void I_09_two_reads_after_a_crash_differ() => LastBreaks(
        "I-09", Write(1, 0), new Crashed(), Read(2, 0), Shows(2, 1), new Crashed(), Read(3, 0), Shows(3, 0));

    [Fact]
    public void I_10_an_old_value_comes_back() => LastBreaks(
        "I-10", [.. Mirror, Write(1, 0), Put("old", 0, 1), Put("new", 0, 1), Done(1), Put("new", 0, 0)]);

    [Fact]
    public void I_11_a_plex_is_written_after_its_attach_was_aborted() => LastBreaks(
        "I-11", [.. Attaching, Copy(1), Has(Old), new CopyEnded(1, "new", CopyEnding.Aborted), Put("new", 0, 0)]);

    [Fact]
    public void I_11_a_plex_is_read_after_its_attach_was_aborted() => LastBreaks(
        "I-11",
        [.. Attaching, Copy(1), Has(Old), new CopyEnded(1, "new", CopyEnding.Aborted), new PlexRead("new", 0, 1)]);

    [Fact]
    public void I_12_the_survivor_of_a_detach_misses_a_write() => LastBreaks(
        "I-12", [.. Mirror, Write(1, 0), Put("new", 0, 1), Done(1), Has(Old)]);

    [Fact]
    public void I_13_after_a_crash_a_plex_is_readable_that_never_was() => LastBreaks(
        "I-13", [.. Attaching, new Crashed(), new Booted(View(1, Old, Twin), 3)]);

    [Fact]
    public void I_13_after_a_crash_no_plex_is_complete() =>
        LastBreaks("I-13", [.. Attaching, new Crashed(), new Booted(View(1, New), 3)]);

    [Fact]
    public void I_13_a_commit_under_way_may_be_seen_whole() =>
        Holds([.. Mirror, new CommitBegan(View(2, Old)), new Crashed(), new Booted(View(2, Old), 3)]);

    [Fact]
    public void I_14_data_goes_to_a_place_of_another_object() =>
        LastBreaks("I-14", [.. Mirror, new StrayWritten("lun1", 4096, "a private region")]);

    [Fact]
    public void I_14_data_goes_to_another_sector() => LastBreaks("I-14", [.. Mirror, Put("old", 0, Stamp.Garbage)]);

    [Fact]
    public void I_15_the_length_changes_by_itself() =>
        LastBreaks("I-15", [.. Mirror, new Committed(new ConfigurationView(2, 4, [Old]))]);

    [Fact]
    public void I_15_a_plex_is_written_beyond_the_end() => LastBreaks("I-15", [.. Mirror, Put("old", 8, 0)]);

    [Fact]
    public void I_16_a_zeroed_sector_shows_data() =>
        LastBreaks("I-16", Write(1, 0), Done(1), Zero(2, 0), Done(2), Read(3, 0), Shows(3, 1));

    [Fact]
    public void I_17_a_request_fails_although_everything_works() =>
        LastBreaks(
            "I-17",
            Has(Old), new FaultBegan("array1/lun-old"), Write(1, 0), Failed(1), new FaultsEnded(), Write(2, 0),
            Failed(2));

    [Fact]
    public void I_17_a_plex_becomes_readable_over_a_failed_write() => LastBreaks(
        "I-17",
        [.. Attaching, Copy(1), new FaultBegan("lun-new"), new PlexWriteFailed("new", 3, 1), Has(Old, Twin)]);

    [Fact]
    public void I_18_a_write_of_two_parts_is_acknowledged_over_the_error_of_the_first() => LastBreaks(
        "I-18",
        [Has(Old), Zeroed("old"), Write(1, 0, 2), new PlexWriteFailed("old", 0, 1), Put("old", 1, 1), Done(1)]);

    [Fact]
    public void I_19_a_miss_is_not_recorded_before_the_acknowledgement() => LastBreaks(
        "I-19", [.. Mirror, Write(1, 0), Put("old", 0, 1), new PlexWriteFailed("new", 0, 1), Done(1)]);

    [Fact]
    public void I_20_a_flush_after_a_failed_one_does_nothing() => LastBreaks(
        "I-20",
        [
            Has(Old), Zeroed("old"), Write(1, 0), Put("old", 0, 1), Done(1), new FlushIssued("lun-old", 1),
            new FlushEnded("lun-old", 1, false), Flush(2), Done(2),
        ]);

    [Fact]
    public void I_21_progress_goes_backwards() =>
        LastBreaks("I-21", new CopyProgressed(1, 5, 8), new CopyProgressed(1, 4, 8));

    [Fact]
    public void I_21_a_copy_is_called_complete_before_its_plex_is_readable() =>
        LastBreaks("I-21", [.. Attaching, Copy(1), new CopyEnded(1, "new", CopyEnding.Completed)]);

    [Fact]
    public void I_22_a_sector_is_copied_twice() =>
        LastBreaks("I-22", Copy(1), new CopyMarked(1, 0, 4, 4), new CopyMarked(1, 3, 1, 4));

    [Fact]
    public void I_23_a_request_has_no_answer_at_rest() =>
        LastBreaks("I-23", Write(1, 0), Rest(("old", new long[Length])));

    [Fact]
    public void I_23_somebody_waits_in_a_circle()
    {
        WaitForGraph waits = new();
        waits.Add("write 1", "write 2", "sector 0");
        waits.Add("write 2", "write 1", "sector 1");
        LastBreaks("I-23", new Stuck("nobody goes on", waits));
    }

    [Fact]
    public void I_24_a_copy_starves() => LastBreaks("I-24", Copy(1), new CopyStarved(1, TimeSpan.FromMinutes(1)));

    [Fact]
    public void I_25_a_copy_has_more_in_work_than_it_may() => LastBreaks(
        "I-25", Copy(1) with { Workers = 2 }, new CopyHeld(1, 0, 1), new CopyHeld(1, 1, 1), new CopyHeld(1, 2, 1));

    [Fact]
    public void I_25_a_buffer_is_given_back_twice() => LastBreaks(
        "I-25",
        Copy(1) with { Workers = 2 }, new CopyHeld(1, 0, 1), new CopyReleased(1, 0, 1), new CopyReleased(1, 0, 1));

    [Fact]
    public void I_26_a_copy_goes_on_for_a_plex_that_is_gone() =>
        LastBreaks("I-26", [.. Attaching, Copy(1), new CopyMarked(1, 0, 1, 1), Has(Old), new CopyMarked(1, 1, 1, 2)]);

    [Fact]
    public void I_27_an_object_is_removed_twice() =>
        LastBreaks("I-27", new ObjectRemoved("new"), new ObjectRemoved("new"));

    [Fact]
    public void I_27_a_copy_is_both_complete_and_aborted() => LastBreaks(
        "I-27",
        Has(Old, Twin), new CopyEnded(1, "new", CopyEnding.Completed), new CopyEnded(1, "new", CopyEnding.Aborted));

    [Fact]
    public void I_28_one_copy_marks_the_map_of_another() =>
        LastBreaks("I-28", Copy(1), Copy(2), new CopyMarked(1, 0, 4, 4), new CopyMarked(2, 0, 2, 4));

    [Fact]
    public void I_29_a_copy_goes_on_behind_what_is_not_there() =>
        LastBreaks("I-29", [.. Attaching, Copy(1, (0, 4))]);

    [Fact]
    public void I_30_a_late_write_lands_on_a_plex_that_has_left() =>
        LastBreaks("I-30", [.. Mirror, Has(Old), Put("new", 0, 0)]);

    [Fact]
    public void I_31_plexes_have_different_bytes_of_one_request() => LastBreaks(
        "I-31", [.. Mirror, Write(1, 0), Put("old", 0, 1), Put("new", 0, Stamp.Garbage), Done(1)]);

    [Fact]
    public void I_32_two_writes_land_in_two_orders() => LastBreaks(
        "I-32",
        [.. Mirror, Write(1, 0), Write(2, 0), Put("old", 0, 1), Put("old", 0, 2), Put("new", 0, 2), Put("new", 0, 1)]);

    [Fact]
    public void I_33_the_gate_stays_closed() =>
        LastBreaks("I-33", Rest(("old", new long[Length])) with { IsFrozen = true });

    [Fact]
    public void I_34_more_regions_count_as_dirty_than_bits_are_set() =>
        LastBreaks("I-34", Dirty(1, 2), Rest(("old", new long[Length])) with { DirtyCount = 3 });

    [Fact]
    public void I_35_an_older_configuration_is_taken() =>
        LastBreaks("I-35", new Committed(View(7, Old)), new Crashed(), new Booted(View(6, Old), 3));

    [Fact]
    public void I_35_no_copy_of_the_configuration_is_whole() =>
        LastBreaks("I-35", Has(Old), new Crashed(), new Booted(View(1, Old), 0));

    [Fact]
    public void I_36_two_plexes_share_a_disk() =>
        LastBreaks("I-36", Has(Old), Has(Old, Twin with { Disks = ["disk2", "disk1"] }));
}
