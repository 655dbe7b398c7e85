using System.Diagnostics;
using VolMgr.Proof;

namespace VolMgr.Cli.Verbs;

/// <summary>Seeds one after the other on every processor, until one fails or there were enough.</summary>
internal sealed class SimulationBatch(string scenario, int firstSeed)
{
    /// <summary>The name that stands for all scenarios in turn.</summary>
    public const string AllScenarios = "all";

    /// <summary>So many runs have to reach every named step, where the scenario can.</summary>
    public const int RunsThatReachAll = 1000;

    private readonly Lock sync = new();
    private readonly SortedDictionary<string, long> steps = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> operations = new(StringComparer.Ordinal);
    private readonly long began = Stopwatch.GetTimestamp();
    private readonly int processors = Environment.ProcessorCount;
    private int taken;
    private int done;
    private int disturbed;
    private int restarted;
    private long stepCount;
    private long migrations;
    private TimeSpan simulated;
    private TimeSpan elapsed;
    private (int Seed, string Scenario, SimulationRun Run)? failure;

    /// <summary>Seeds at most.</summary>
    public int Runs { get; init; }

    /// <summary>Time at most.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Is told every step; then seeds run one after the other.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>A bug of the museum that is built into the engine, or null.</summary>
    public string? Bug { get; init; }

    /// <summary>Is told of a failure before it is made shorter, which may take minutes; or null.</summary>
    public Action<string>? Tell { get; init; }

    /// <summary>The first failure in words, or null: an invariant that was broken, or a step that a long batch never
    /// reached.</summary>
    public string? Failure => failure?.Run.Violation ?? (MissesSteps
        ? $"{done} runs never reached {string.Join(", ", NeverReached)}"
        : null);

    private string[] NeverReached => [.. steps.Where(step => step.Value == 0).Select(step => step.Key)];

    private bool MissesSteps => done >= RunsThatReachAll && NeverReached.Length > 0
        && (scenario == AllScenarios || ProofRunner.ReachesEverything(scenario));

    private double Seconds => Math.Max(elapsed.TotalSeconds, 0.001);

    private string BugOption => Bug is null ? "" : $" --bug {Bug}";

    private string? Replay => failure is { } failed
        ? $"volmgr simulate --scenario {failed.Scenario} --seed {failed.Seed}{BugOption}"
        : null;

    /// <summary>Runs them.</summary>
    public void Run()
    {
        int count = Trace is null ? Math.Min(processors, Runs) : 1;
        Thread[] threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Work))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        elapsed = Stopwatch.GetElapsedTime(began);
        if (failure is { } failed)
        {
            Tell?.Invoke($"{failed.Run.Violation}\nrun it again: {Replay}\nmaking it shorter ...");
            // shortened here, outside of the time that the runs have
            failure = failed with { Run = ProofRunner.RunCase(ProofRunner.Shrink(failed.Run.Case, Bug), bug: Bug) };
        }
    }

    /// <summary>What happened, for a program.</summary>
    public object Summary() => new
    {
        result = Failure is null ? "pass" : "fail",
        scenario,
        firstSeed,
        runs = done,
        runsAMinute = done / Seconds * 60,
        runsWithFaultOrCrash = disturbed,
        runsWithRestart = restarted,
        migrations,
        seconds = elapsed.TotalSeconds,
        simulatedSeconds = simulated.TotalSeconds,
        simulatedToReal = simulated.TotalSeconds / Seconds,
        steps = stepCount,
        stepsASecond = stepCount / Seconds,
        stepsReached = steps,
        operations,
        violation = Failure,
        replay = Replay,
        shortestCase = failure?.Run.Case,
    };

    /// <summary>What happened, for a reader.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine($"{scenario}: {done} runs from seed {firstSeed}, "
            + $"{100.0 * disturbed / Math.Max(done, 1):F0}% with a fault or a crash, {migrations} copies completed, "
            + (failure is null ? "no violation" : "1 violation"));
        output.WriteLine($"{Seconds:F1} s on {processors} processors: {done / Seconds * 60:F0} runs a minute, "
            + $"{migrations / Seconds * 60:F0} completed copies a minute, {stepCount / Seconds:F0} steps a second, "
            + $"simulated to real time {simulated.TotalSeconds / Seconds:F0}:1");
        output.WriteLine(NeverReached.Length == 0
            ? $"all {steps.Count} named steps reached:"
            : $"{steps.Count - NeverReached.Length} of {steps.Count} named steps reached; never: "
                + string.Join(", ", NeverReached));
        PrintCounts(output, steps);
        output.WriteLine("operations:");
        PrintCounts(output, operations);

        if (Failure is not null)
        {
            output.WriteLine(Failure);
        }

        if (failure is { } failed)
        {
            output.WriteLine($"run it again: {Replay}");
            output.WriteLine($"the shortest:  volmgr simulate --case '{failed.Run.Case}'{BugOption}");
        }
    }

    private static void PrintCounts(TextWriter output, SortedDictionary<string, long> counts)
    {
        foreach (KeyValuePair<string, long>[] row in counts.Chunk(4))
        {
            IEnumerable<string> cells = row.Select(count => $"{count.Key} {count.Value}".PadRight(29));
            output.WriteLine("  " + string.Concat(cells).TrimEnd());
        }
    }

    private void Work()
    {
        while (Stopwatch.GetElapsedTime(began) < Time)
        {
            int seed;
            lock (sync)
            {
                if (taken >= Runs || failure is not null)
                {
                    return;
                }

                seed = firstSeed + taken++;
            }

            string name = scenario == AllScenarios
                ? ProofRunner.Scenarios[(seed & int.MaxValue) % ProofRunner.Scenarios.Count].Name
                : scenario;
            SimulationRun run = ProofRunner.Run(name, seed, Trace, Bug);
            lock (sync)
            {
                Count(seed, name, run);
            }
        }
    }

    private void Count(int seed, string name, SimulationRun run)
    {
        done++;
        stepCount += run.Steps;
        simulated += run.VirtualTime;
        migrations += run.Migrations;
        restarted += run.Boots > 1 ? 1 : 0;
        disturbed += run.IsDisturbed ? 1 : 0;
        foreach ((string step, long hits) in run.StepsReached)
        {
            steps[step] = steps.GetValueOrDefault(step) + hits;
        }

        foreach ((string kind, int count) in run.Operations)
        {
            operations[kind] = operations.GetValueOrDefault(kind) + count;
        }

        // the lowest seed that failed, whatever the order of the processors
        if (run.Violation is not null && (failure is null || seed < failure.Value.Seed))
        {
            failure = (seed, name, run);
        }
    }
}
