namespace VolMgr.Proof.Mutants;

/// <summary>An engine with one rule broken on purpose, and the cases that are likely to show it.</summary>
/// <param name="Rule">The design rule: 1 to 10.</param>
/// <param name="Name">Its name.</param>
/// <param name="Engine">The broken engine.</param>
/// <param name="Shape">The volume of its cases.</param>
/// <param name="Mix">The operations of its cases.</param>
internal sealed record Mutant(int Rule, string Name, EngineUnderTest Engine, LabShape Shape, OperationMix Mix)
{
    private const int Length = 40;

    /// <summary>The case of that seed.</summary>
    public ProofCase Case(int seed) => Mix.Make(seed, Length, Shape);

    /// <inheritdoc/>
    public override string ToString() => $"{Rule} {Name}";
}
