namespace VolMgr.Proof.Museum;

/// <summary>How an exhibit was found.</summary>
/// <param name="Seeds">Seeds that it took.</param>
/// <param name="Found">The case that shows it, shrunk, or null.</param>
/// <param name="Violation">What was wrong.</param>
/// <param name="Innocent">What the unmutated engine did wrong on one of these seeds: nothing.</param>
internal sealed record Finding(int Seeds, ProofCase? Found, string? Violation, string? Innocent)
{
    /// <summary>Whether the mutant was caught, and the engine as it is was not.</summary>
    public bool IsGood => Found is not null && Innocent is null;

    /// <summary>Who caught it: the invariant, or the comparison with the model.</summary>
    public string Checker => CaseShrinker.CheckerOf(Violation);
}

/// <summary>Shows what a mutant does: finds it, shrinks what found it, and tells it step by step.</summary>
internal static class Guide
{
    /// <summary>Seeds until a mutant counts as not caught.</summary>
    public const int MostSeeds = 300;

    /// <summary>Looks for the first seed that shows the mutant; the engine as it is runs the same seeds.</summary>
    public static Finding Find(Exhibit exhibit, bool shrinks)
    {
        for (int seed = 1; seed <= MostSeeds; seed++)
        {
            ProofCase proofCase = exhibit.Case(seed);
            if (CaseRunner.Run(proofCase, EngineUnderTest.Real).Violation is { } innocent)
            {
                return new Finding(seed, null, null, $"{innocent} ({proofCase})");
            }

            if (CaseRunner.Run(proofCase, exhibit.Engine).Violation is { } violation)
            {
                ProofCase shortest = shrinks ? CaseShrinker.Shrink(proofCase, exhibit.Engine) : proofCase;
                return new Finding(
                    seed, shortest, shrinks ? CaseRunner.Run(shortest, exhibit.Engine).Violation : violation, null);
            }
        }

        return new Finding(MostSeeds, null, null, null);
    }
}
