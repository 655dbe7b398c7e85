using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof;

/// <summary>An engine to try: the real one, or one with a bug made on purpose.</summary>
/// <param name="Steps">Its data path.</param>
/// <param name="IgnoresFlush">Whether its devices do nothing on a flush.</param>
internal sealed record EngineUnderTest(Func<Simulator, JitteredSteps> Steps, bool IgnoresFlush = false)
{
    /// <summary>The engine as it is, held now and then at its steps.</summary>
    public static EngineUnderTest Real { get; } = new(simulator => new JitteredSteps(simulator));
}

/// <summary>How a case ended.</summary>
/// <param name="Violation">What was wrong, or null.</param>
/// <param name="Totals">What happened.</param>
internal sealed record CaseResult(string? Violation, RunTotals Totals)
{
    /// <summary>Every invariant that was broken, by number, each by the first thing that broke it.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    /// <summary>How often each named step was reached.</summary>
    public IReadOnlyDictionary<DataPathStep, long> Hits { get; init; } = new Dictionary<DataPathStep, long>();

    /// <summary>What tells the run from any other.</summary>
    public RunFingerprint Fingerprint { get; init; }
}

/// <summary>Runs cases; the same case ends in the same way every time.</summary>
internal static class CaseRunner
{
    /// <summary>Steps that a case may take; ordinary ones take some ten thousand.</summary>
    private const long StepLimit = 3_000_000;

    /// <summary>Runs a case against an engine.</summary>
    public static CaseResult Run(ProofCase proofCase, EngineUnderTest engine, Action<string>? trace = null)
    {
        var simulator = new Simulator(proofCase.Seed, proofCase.Shape.Strategy)
        {
            StepLimit = StepLimit,
            WaitCheckInterval = 500,
        };
        JitteredSteps steps = engine.Steps(simulator);
        var lab = new SimulatedLab(simulator, proofCase.Shape, steps, engine.IgnoresFlush) { Trace = trace };
        simulator.Waits = () => Waiting.In(lab);
        var run = new ProofRun(lab, proofCase);
        string? violation = null;
        try
        {
            simulator.Run(run.RunAsync);
        }
        catch (Exception broken) when (broken is ProofViolationException or InvariantViolationException
            or SimulationDeadlockException or SimulationStepLimitException or SimulationStarvationException)
        {
            if (broken is not (ProofViolationException or InvariantViolationException))
            {
                lab.Feeds.Stick(broken.Message);
            }

            violation = lab.Feeds.Violation ?? broken.Message;
        }

        return new CaseResult(violation, run.Totals)
        {
            Broken = lab.Feeds.Broken,
            Hits = steps.Hits,
            Fingerprint = simulator.Fingerprint,
        };
    }
}
