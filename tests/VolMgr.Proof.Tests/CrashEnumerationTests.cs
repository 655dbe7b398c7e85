namespace VolMgr.Proof.Tests;

/// <summary>Crashes at every place of small workloads.</summary>
public sealed class CrashEnumerationTests
{
    private static bool IsLong => Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all";

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
    public void Workloads_of_one_operation_survive_a_crash_at_every_place()
    {
        // of each volume two in the default tier, and all of both in the other
        CrashCounts counts = Sum(ProofRunner.CrashWorkloads(1).Where((_, index) => IsLong || index % 3 == index / 6));
        Assert.Null(counts.Violation);
        Assert.Equal(IsLong ? 12 : 4, counts.Workloads);
        Assert.InRange(counts.Points, IsLong ? 40 : 10, long.MaxValue);
        Assert.InRange(counts.Crashes, counts.Points + 1, counts.Subsets);
    }

    [Fact]
    public void A_sample_of_the_longer_ones_survives_too()
    {
        IReadOnlyList<string> workloads = ProofRunner.CrashWorkloads(IsLong ? 3 : 2);
        CrashCounts counts = Sum(IsLong ? workloads : workloads.Where((_, index) => index % 70 == 21));
        Assert.Null(counts.Violation);
        Assert.InRange(counts.Workloads, 2, int.MaxValue);
    }

    private static CrashCounts Sum(IEnumerable<string> workloads) =>
        workloads.Select(ProofRunner.CrashEnumerator()).Aggregate((sum, more) => sum.Plus(more));
}
