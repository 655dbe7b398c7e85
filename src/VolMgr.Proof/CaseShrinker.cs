namespace VolMgr.Proof;

/// <summary>Makes a case that fails as short as it can be.</summary>
internal static class CaseShrinker
{
    /// <summary>Shorter cases, the shortest first: ever smaller parts of the list are left out.</summary>
    public static IEnumerable<ProofCase> Candidates(ProofCase proofCase)
    {
        int count = proofCase.Operations.Count;
        for (int part = Math.Max(1, count / 2); part >= 1 && count > 0; part /= 2)
        {
            for (int start = 0; start < count; start += part)
            {
                yield return proofCase with
                {
                    Operations = [.. proofCase.Operations.Where((_, index) => index < start || index >= start + part)],
                };
            }
        }
    }

    /// <summary>Who found a violation: the invariant by number, or the comparison with the model.</summary>
    public static string CheckerOf(string? violation) => violation is null ? "-"
        : violation.StartsWith("I-", StringComparison.Ordinal) ? violation[..4]
        : "model";

    /// <summary>The shortest case that still fails, and is still found by the same checker: else the case may slip
    /// into another failure than the one that was asked for.</summary>
    public static ProofCase Shrink(ProofCase proofCase, EngineUnderTest engine)
    {
        string checker = CheckerOf(CaseRunner.Run(proofCase, engine).Violation);
        ProofCase? shorter = proofCase;
        while (shorter is not null)
        {
            proofCase = shorter;
            shorter = Candidates(proofCase).FirstOrDefault(
                candidate => CaseRunner.Run(candidate, engine).Violation is { } violation
                    && CheckerOf(violation) == checker);
        }

        return proofCase;
    }
}
