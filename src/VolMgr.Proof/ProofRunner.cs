using VolMgr.Proof.Crashes;
using VolMgr.Proof.Museum;
using VolMgr.Simulation;

namespace VolMgr.Proof;

/// <summary>What a simulated run was like.</summary>
/// <param name="Case">The run as one line of text, which is all that is needed to repeat it.</param>
/// <param name="Violation">The invariant that was broken first, or null.</param>
/// <param name="Steps">Continuations that were run.</param>
/// <param name="VirtualTime">Simulated time.</param>
/// <param name="Migrations">Copies that ended with a readable plex.</param>
/// <param name="Boots">How often the host came up again.</param>
public sealed record SimulationRun(
    string Case, string? Violation, long Steps, TimeSpan VirtualTime, int Migrations, int Boots)
{
    /// <summary>How often each named step of the engine was reached; every step has an entry.</summary>
    public required IReadOnlyDictionary<string, long> StepsReached { get; init; }

    /// <summary>Whether the case holds a fault, a crash or a reboot.</summary>
    public bool IsDisturbed { get; init; }

    /// <summary>How often each kind of operation is in the case: requests of applications, commands, faults.</summary>
    public required IReadOnlyDictionary<string, int> Operations { get; init; }
}

/// <summary>A bug of a real system that is built into our engine.</summary>
/// <param name="Id">Its class and number in the catalogue.</param>
/// <param name="System">Where it was.</param>
/// <param name="Source">Where one can read about it.</param>
/// <param name="What">What happened.</param>
/// <param name="Mutation">What our engine does with it.</param>
public sealed record MuseumCard(string Id, string System, string Source, string What, string Mutation);

/// <summary>What became of a bug of the museum.</summary>
/// <param name="IsCaught">Whether a check failed with it, and none failed without it.</param>
/// <param name="Seeds">Seeds that were tried.</param>
/// <param name="Checker">The invariant that caught it.</param>
/// <param name="Violation">In its words.</param>
/// <param name="Case">The shortest case that shows it.</param>
/// <param name="Innocent">What the engine without the bug did wrong on one of these seeds: null.</param>
public sealed record MuseumVisit(
    bool IsCaught, int Seeds, string Checker, string? Violation, string? Case, string? Innocent);

/// <summary>Simulated runs of the real engine under all checks, for whoever asks by name. Thread-safe: each run is a
/// world of its own.</summary>
public static class ProofRunner
{
    /// <summary>The scenarios: name and description.</summary>
    public static IReadOnlyList<(string Name, string Description)> Scenarios { get; } =
        [.. Scenario.All.Select(scenario => (scenario.Name, scenario.Description))];

    /// <summary>The museum's bugs.</summary>
    public static IReadOnlyList<MuseumCard> Museum { get; } =
        [.. MuseumCatalogue.All.Select(bug => new MuseumCard(bug.Id, bug.System, bug.Source, bug.What, bug.Mutation))];

    /// <summary>Scenarios that reach every named step of the engine, when they run often enough.</summary>
    public static bool ReachesEverything(string scenario) => scenario == Scenario.All[0].Name;

    /// <summary>Runs a scenario with a seed, with a bug of the museum built in where one is named.</summary>
    /// <exception cref="ArgumentException">There is no such scenario, or no such bug.</exception>
    public static SimulationRun Run(
        string scenario, int seed, Action<string>? trace = null, string? bug = null) => Run(
        (Scenario.Find(scenario) ?? throw new ArgumentException($"there is no scenario {scenario}", nameof(scenario)))
        .Make(seed),
        EngineWith(bug),
        trace);

    /// <summary>Runs a case from its line of text, with a bug of the museum built in where one is named.</summary>
    /// <exception cref="FormatException">The line is not a case.</exception>
    /// <exception cref="ArgumentException">There is no such bug.</exception>
    public static SimulationRun RunCase(string line, Action<string>? trace = null, string? bug = null) =>
        Run(Parse(line), EngineWith(bug), trace);

    /// <summary>The shortest case that still fails.</summary>
    public static string Shrink(string failing, string? bug = null) =>
        CaseShrinker.Shrink(ProofCase.Parse(failing), EngineWith(bug)).ToString();

    /// <summary>Looks for a bug of the museum with seeds 1, 2, 3; null when there is no such bug.</summary>
    public static MuseumVisit? Visit(string id, bool shrinks)
    {
        if (MuseumCatalogue.Find(id) is not { } exhibit)
        {
            return null;
        }

        Finding finding = Guide.Find(exhibit, shrinks);
        return new MuseumVisit(
            finding.IsGood, finding.Seeds, finding.Checker, finding.Violation, finding.Found?.ToString(),
            finding.Innocent);
    }

    /// <summary>Runs a case with a bug of the museum, step by step.</summary>
    /// <exception cref="ArgumentException">There is no such bug.</exception>
    public static SimulationRun Show(string id, string line, Action<string> trace) => RunCase(line, trace, id);

    /// <summary>All workloads of up to so many operations, for <see cref="CrashEnumerator"/>.</summary>
    public static IReadOnlyList<string> CrashWorkloads(int mostOperations) =>
        [.. CrashWorkload.All(mostOperations).Select(workload => workload.ToString())];

    /// <summary>Crashes workloads at every place with every subset, each as it is asked for; see the README.
    /// Thread-safe; <see cref="FormatException"/> where the text is not a workload.</summary>
    public static Func<string, CrashCounts> CrashEnumerator()
    {
        var enumeration = new CrashEnumeration();
        return workload => enumeration.Run(CrashWorkload.Parse(workload));
    }

    /// <summary>One crash again, from the line that a violation printed; what is wrong then, or null.</summary>
    /// <exception cref="FormatException">The line is not a crash.</exception>
    public static string? RunCrash(string line) => CrashEnumeration.RunOne(line);

    private static EngineUnderTest EngineWith(string? bug) => bug is null
        ? EngineUnderTest.Real
        : (MuseumCatalogue.Find(bug) ?? throw new ArgumentException($"there is no bug {bug}", nameof(bug))).Engine;

    internal static ProofCase Parse(string line)
    {
        try
        {
            return ProofCase.Parse(line);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or IndexOutOfRangeException
            or OverflowException)
        {
            throw new FormatException($"'{line}' is not a case: {wrong.Message}", wrong);
        }
    }

    private static SimulationRun Run(ProofCase proofCase, EngineUnderTest engine, Action<string>? trace)
    {
        CaseResult result = CaseRunner.Run(proofCase, engine, trace);
        RunFingerprint print = result.Fingerprint;
        return new SimulationRun(
            proofCase.ToString(), result.Violation, print.Steps, print.Elapsed, result.Totals.Attached,
            result.Totals.Boots)
        {
            IsDisturbed = proofCase.IsDisturbed,
            Operations = proofCase.Operations.GroupBy(operation => operation.Kind)
                .ToDictionary(kind => kind.Key.ToString(), kind => kind.Count()),
            StepsReached = Enum.GetValues<Volumes.InputOutput.DataPathStep>().ToDictionary(
                step => step.ToString(), step => result.Hits.GetValueOrDefault(step)),
        };
    }
}
