using VolMgr.Proof.Mutants;

namespace VolMgr.Proof.Tests;

/// <summary>The tests would notice: each design rule is broken on purpose, and a case of few seeds shows it.</summary>
public sealed class MutantTests
{
    private const int Seeds = 120;

    public static TheoryData<string> Names() => [.. MutantCatalogue.All.Select(mutant => mutant.ToString())];

    [Fact]
    public void Each_of_the_ten_rules_has_a_mutant() =>
        Assert.Equal(Enumerable.Range(1, 10), MutantCatalogue.All.Select(mutant => mutant.Rule).Distinct());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_broken_rule_is_noticed_and_the_engine_passes_the_same_seeds(string name)
    {
        Mutant mutant = MutantCatalogue.All.Single(other => other.ToString() == name);
        for (int seed = 1; seed <= Seeds; seed++)
        {
            ProofCase proofCase = mutant.Case(seed);
            string? real = CaseRunner.Run(proofCase, EngineUnderTest.Real).Violation;
            Assert.True(real is null, $"{real}\nrun it again: VOLMGR_PROOF_CASE='{proofCase}'");
            string? broken = CaseRunner.Run(proofCase, mutant.Engine).Violation;
            if (broken is not null)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {broken}");
                return;
            }
        }

        Assert.Fail($"{name}: not noticed with {Seeds} seeds");
    }
}
