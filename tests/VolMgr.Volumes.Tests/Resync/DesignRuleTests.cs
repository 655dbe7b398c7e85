using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tests.InputOutput;

namespace VolMgr.Volumes.Tests.Resync;

/// <summary>
/// Breaks each design rule of the data path on purpose and asserts that a scenario notices within some seeds: a rule
/// whose breach nobody notices is not tested.
/// </summary>
public sealed class DesignRuleTests
{
    private const int SeedCount = 400;

    [Fact]
    public void Rule_1_the_copier_holds_its_range() =>
        IsNoticed(VolumeSimulationTests.AttachUnderLoad, world => new BrokenSteps.CopierWithoutLock(world));

    [Fact]
    public void Rule_1_overlapping_writers_are_ordered() =>
        IsNoticed(VolumeSimulationTests.MirrorUnderLoad, _ => new BrokenSteps.WritersNotOrdered());

    [Fact]
    public void Rule_1_a_change_inside_a_sector_keeps_other_changes_of_it_out() =>
        IsNoticed(ByteSimulationTests.MirrorOfBytes, _ => new BrokenSteps.WritersNotOrdered());

    [Fact]
    public void Rule_1_the_copier_keeps_changes_inside_a_sector_out() =>
        IsNoticed(ByteSimulationTests.AttachUnderBytes, world => new BrokenSteps.CopierWithoutLock(world));

    [Fact]
    public void Rule_2_the_copier_waits_for_writes_in_flight() =>
        IsNoticed(VolumeSimulationTests.AttachUnderLoad, world => new BrokenSteps.CopierIgnoresWritesInFlight(world));

    [Fact]
    public void Rule_3_the_plex_set_is_taken_inside_the_gate() =>
        IsNoticed(
            VolumeSimulationTests.AttachUnderLoad,
            world => new BrokenSteps.SnapshotBeforeGate(world));

    [Fact]
    public void Rule_3_holders_of_an_older_set_are_drained() =>
        IsNoticed(VolumeSimulationTests.AttachUnderLoad, world => new BrokenSteps.NotDrained(world));

    [Fact]
    public void Rule_4_every_plex_takes_discards() =>
        IsNoticed(VolumeSimulationTests.AttachUnderLoad, _ => new BrokenSteps.DiscardSkipsAttaching());

    [Fact]
    public void Rule_4_every_plex_takes_zeroes() =>
        IsNoticed(VolumeSimulationTests.AttachUnderLoad, _ => new BrokenSteps.ZeroSkipsAttaching());

    [Fact]
    public void Rule_5_the_map_is_marked_after_the_copy() =>
        IsNoticed(ResumeSimulationTests.ResumeUnderLoad, _ => new BrokenSteps.MarkedBeforeCopied());

    [Fact]
    public void Rule_5_dirty_regions_are_rounded_out() =>
        IsNoticed(ResumeSimulationTests.CrashAtBoundary, _ => new BrokenSteps.DirtyRoundedIn());

    [Fact]
    public void Rule_6_dirty_bits_are_durable_before_data() =>
        IsNoticed(VolumeSimulationTests.CrashUnderLoad, _ => new BrokenSteps.DataBeforeDirty());

    [Fact]
    public void Rule_6_data_is_flushed_before_dirty_bits_are_cleared() =>
        IsNoticed(ResumeSimulationTests.IdleThenCrash, _ => new BrokenSteps.ClearedWithoutFlush());

    [Fact]
    public void Rule_6_the_target_is_flushed_before_the_record() =>
        IsNoticed(ResumeSimulationTests.ResumeUnderLoad, _ => new BrokenSteps.RecordWithoutFlush());

    [Fact]
    public void Rule_6_a_miss_is_durable_before_the_acknowledgement() =>
        IsNoticed(ResumeSimulationTests.MissThenCrash, _ => new BrokenSteps.AcknowledgedBeforeRecorded());

    [Fact]
    public void Rule_6_the_target_is_flushed_before_the_switch() =>
        IsNoticed(ResumeSimulationTests.SwitchThenCrash, _ => new BrokenSteps.SwitchWithoutFlush());

    [Fact]
    public void Rule_7_a_copy_is_complete_when_every_worker_has_ended() =>
        IsNoticed(VolumeSimulationTests.AttachUnderLoad, _ => new BrokenSteps.CompleteBeforeWorkersEnd());

    [Fact]
    public void Rule_8_the_gate_stays_closed_until_the_set_is_published() =>
        IsNoticed(VolumeSimulationTests.AttachUnderLoad, world => new BrokenSteps.ThawedBeforeCommit(world));

    [Fact]
    public void Rule_9_a_target_error_is_not_skipped() =>
        IsNoticed(VolumeSimulationTests.FaultsUnderLoad, _ => new BrokenSteps.TargetErrorIgnored());

    [Fact]
    public void Rule_9_an_unreadable_source_is_not_skipped() =>
        IsNoticed(ResumeSimulationTests.UnreadableSource, _ => new BrokenSteps.SourceErrorIgnored());

    [Fact]
    public void Rule_9_an_attaching_plex_is_never_read() =>
        IsNoticed(VolumeSimulationTests.AttachUnderLoad, _ => new BrokenSteps.AttachingIsRead());

    [Fact]
    public void Rule_9_the_last_complete_plex_is_never_given_up() =>
        IsNoticed(ResumeSimulationTests.AllPlexesFail, _ => new BrokenSteps.LastPlexGivenUp());

    [Fact]
    public void Rule_10_a_record_without_trust_is_ignored() =>
        IsNoticed(ResumeSimulationTests.ReattachAfterCrash, _ => new BrokenSteps.AnyRecordResumed());

    private static void IsNoticed(
        Func<int, Func<VolumeWorld, DataPathSteps>?, VolumeWorld> scenario, Func<VolumeWorld, DataPathSteps> breach)
    {
        for (int seed = 1; seed <= SeedCount; seed++)
        {
            try
            {
                if (scenario(seed, breach).Oracle.Violations.Count > 0)
                {
                    return;
                }
            }
            catch (Exception failure) when (failure is Blocks.InvariantViolationException or Xunit.Sdk.XunitException
                or Simulation.SimulationDeadlockException)
            {
                return;
            }
        }

        Assert.Fail($"no seed of {SeedCount} noticed the breach");
    }
}
