using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof;

/// <summary>An engine to try: the real one, or one with a bug made on purpose.</summary>
/// <param name="Steps">Its data path.</param>
/// <param name="IgnoresFlush">Whether its devices do nothing on a flush.</param>
internal sealed record EngineUnderTest(Func<Simulator, DataPathSteps> Steps, bool IgnoresFlush = false)
{
    /// <summary>The engine as it is, held now and then at its steps.</summary>
    public static EngineUnderTest Real { get; } = new(simulator => new JitteredSteps(simulator));
}

/// <summary>How a case ended.</summary>
/// <param name="Violation">What was wrong, or null.</param>
/// <param name="Totals">What happened.</param>
internal sealed record CaseResult(string? Violation, RunTotals Totals);

/// <summary>Runs cases; the same case ends in the same way every time.</summary>
internal static class CaseRunner
{
    /// <summary>Steps that a case may take; ordinary ones take some ten thousand.</summary>
    private const long StepLimit = 3_000_000;

    /// <summary>Runs a case against an engine.</summary>
    public static CaseResult Run(ProofCase proofCase, EngineUnderTest engine, Action<string>? trace = null)
    {
        var simulator = new Simulator(proofCase.Seed) { StepLimit = StepLimit };
        var lab = new SimulatedLab(simulator, proofCase.Shape, engine.Steps(simulator), engine.IgnoresFlush)
        {
            Trace = trace,
        };
        var run = new ProofRun(lab, proofCase);
        try
        {
            simulator.Run(run.RunAsync);
            return new CaseResult(null, run.Totals);
        }
        catch (Exception broken) when (broken is ProofViolationException or InvariantViolationException
            or SimulationDeadlockException or SimulationStepLimitException)
        {
            return new CaseResult(broken.Message, run.Totals);
        }
    }
}
