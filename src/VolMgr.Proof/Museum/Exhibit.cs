namespace VolMgr.Proof.Museum;

/// <summary>A real bug of a real system, built into our engine on purpose.</summary>
/// <param name="Id">Its class and number.</param>
/// <param name="System">Where it was.</param>
/// <param name="Source">Where one can read about it.</param>
/// <param name="What">What happened.</param>
/// <param name="Mutation">What our engine does with it.</param>
/// <param name="Engine">That engine.</param>
internal sealed record Exhibit(
    string Id, string System, string Source, string What, string Mutation, EngineUnderTest Engine)
{
    private const int Length = 40;

    /// <summary>The volume of its cases.</summary>
    public LabShape Shape { get; init; } = Mutants.Mixes.OnePlex;

    /// <summary>The operations of its cases.</summary>
    public OperationMix Mix { get; init; } = Mutants.Mixes.WritesAndCopies;

    /// <summary>The class: the letters of its id.</summary>
    public string Class => Id[..Id.IndexOf('-', StringComparison.Ordinal)];

    /// <summary>The case of that seed.</summary>
    public ProofCase Case(int seed) => Mix.Make(seed, Length, Shape);
}
