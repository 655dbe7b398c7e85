namespace VolMgr.Proof.Tests;

/// <summary>Crashes at every place of small workloads.</summary>
public sealed class CrashEnumerationTests
{
    [Fact]
    public void Every_workload_of_one_operation_survives_a_crash_at_every_place()
    {
        CrashCounts counts = ProofRunner.EnumerateCrashes(1);
        Assert.Null(counts.Violation);
        Assert.Equal(6, counts.Workloads);
        Assert.InRange(counts.Points, 40, long.MaxValue);
        Assert.InRange(counts.Crashes, counts.Points + 1, long.MaxValue);
    }

    [Fact]
    public void Workloads_of_two_operations_survive_as_far_as_there_is_time()
    {
        bool isLong = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all";
        int workloads = 0;
        CrashCounts counts = ProofRunner.EnumerateCrashes(
            isLong ? 3 : 2, _ => workloads++, () => workloads >= (isLong ? 6 + 36 + 216 : 8));
        Assert.Null(counts.Violation);
        Assert.InRange(counts.Workloads, 8, int.MaxValue);
    }
}
