namespace VolMgr.Proof.Tests;

/// <summary>Crashes at every place of small workloads.</summary>
public sealed class CrashEnumerationTests
{
    [Fact]
    public void There_are_workloads_of_every_list_of_operations_one_after_the_other_and_beside_one_another()
    {
        IReadOnlyList<string> workloads = ProofRunner.CrashWorkloads(3);
        Assert.Equal(2 * (6 + (36 * 2) + (216 * 4)), workloads.Count);
        Assert.Equal(workloads.Count, workloads.Distinct(StringComparer.Ordinal).Count());
        Assert.Contains("mirror: Write + Attach, Switch", workloads);
        Assert.Throws<FormatException>(() => ProofRunner.CrashEnumerator()("mirror: Write + Atach"));
    }

    [Fact]
    public void Every_workload_of_one_operation_survives_a_crash_at_every_place()
    {
        CrashCounts counts = Sum(ProofRunner.CrashWorkloads(1));
        Assert.Null(counts.Violation);
        Assert.Equal(12, counts.Workloads);
        Assert.InRange(counts.Points, 40, long.MaxValue);
        Assert.InRange(counts.Crashes, counts.Points + 1, counts.Subsets);
    }

    [Fact]
    public void A_sample_of_the_longer_ones_survives_too()
    {
        bool isLong = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all";
        IReadOnlyList<string> workloads = ProofRunner.CrashWorkloads(isLong ? 3 : 2);
        CrashCounts counts = Sum(isLong ? workloads : workloads.Where((_, index) => index % 40 == 21));
        Assert.Null(counts.Violation);
        Assert.InRange(counts.Workloads, 3, int.MaxValue);
    }

    private static CrashCounts Sum(IEnumerable<string> workloads) =>
        workloads.Select(ProofRunner.CrashEnumerator()).Aggregate((sum, more) => sum.Plus(more));
}
