using System.Diagnostics;
using VolMgr.Proof;

namespace VolMgr.Cli.Verbs;

/// <summary>Seeds one after the other on every processor, until one fails or there were enough.</summary>
internal sealed class SimulationBatch(string scenario, int firstSeed)
{
    private readonly Lock sync = new();
    private readonly SortedDictionary<string, long> steps = new(StringComparer.Ordinal);
    private readonly long began = Stopwatch.GetTimestamp();
    private int taken;
    private int done;
    private int disturbed;
    private long stepCount;
    private long migrations;
    private TimeSpan simulated;
    private TimeSpan elapsed;
    private (int Seed, SimulationRun Run)? failure;

    /// <summary>Seeds at most.</summary>
    public int Runs { get; init; }

    /// <summary>Time at most.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Is told every step; then seeds run one after the other.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>The first failure in words, or null.</summary>
    public string? Failure => failure?.Run.Violation;

    private string[] NeverReached => [.. steps.Where(step => step.Value == 0).Select(step => step.Key)];

    /// <summary>Runs them.</summary>
    public void Run()
    {
        int count = Trace is null ? Math.Min(Environment.ProcessorCount, Runs) : 1;
        Thread[] threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Work))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        elapsed = Stopwatch.GetElapsedTime(began);
        if (failure is { } failed)
        {
            // shortened here, outside of the time that the runs have
            string shortest = ProofRunner.Shrink(failed.Run.Case);
            failure = (failed.Seed, ProofRunner.RunCase(shortest));
        }
    }

    /// <summary>What happened, for a program.</summary>
    public object Summary() => new
    {
        result = Failure is null ? "pass" : "fail",
        scenario,
        firstSeed,
        runs = done,
        disturbedRuns = disturbed,
        migrations,
        seconds = elapsed.TotalSeconds,
        simulatedSeconds = simulated.TotalSeconds,
        steps = stepCount,
        stepsReached = steps,
        violation = Failure,
        replay = Replay,
        shortestCase = failure?.Run.Case,
    };

    /// <summary>What happened, for a reader.</summary>
    public void Print(TextWriter output)
    {
        double seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        output.WriteLine($"{scenario}: {done} runs from seed {firstSeed}, {disturbed} of them with a restart, "
            + $"{migrations} copies completed, {(Failure is null ? "no violation" : "1 violation")}");
        output.WriteLine($"{seconds:F1} s: {done / seconds * 60:F0} runs and {migrations / seconds * 60:F0} completed "
            + $"copies a minute, {stepCount / seconds:F0} steps a second, {simulated.TotalSeconds / seconds:F1} s "
            + "simulated a second");
        output.WriteLine(NeverReached.Length == 0
            ? $"all {steps.Count} named steps reached"
            : $"{steps.Count - NeverReached.Length} of {steps.Count} named steps reached; never: "
                + string.Join(", ", NeverReached));
        if (failure is { } failed)
        {
            output.WriteLine(failed.Run.Violation);
            output.WriteLine($"run it again: {Replay}");
            output.WriteLine($"the shortest:  volmgr simulate --case '{failed.Run.Case}'");
        }
    }

    private string? Replay => failure is { } failed
        ? $"volmgr simulate --scenario {scenario} --seed {failed.Seed}"
        : null;

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

            SimulationRun run = ProofRunner.Run(scenario, seed, Trace);
            lock (sync)
            {
                Count(seed, run);
            }
        }
    }

    private void Count(int seed, SimulationRun run)
    {
        done++;
        stepCount += run.Steps;
        simulated += run.VirtualTime;
        migrations += run.Migrations;
        disturbed += run.Boots > 1 ? 1 : 0;
        foreach ((string step, long hits) in run.StepsReached)
        {
            steps[step] = steps.GetValueOrDefault(step) + hits;
        }

        // the lowest seed that failed, whatever the order of the processors
        if (run.Violation is not null && (failure is null || seed < failure.Value.Seed))
        {
            failure = (seed, run);
        }
    }
}
