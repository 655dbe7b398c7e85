using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using VolMgr.Proof;

namespace VolMgr.Cli.Verbs;

/// <summary><c>volmgr simulate</c>: runs the real engine in the simulator under all checks, many seeds or one.
/// </summary>
internal static class SimulateVerb
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static Command Define()
    {
        Option<string> scenario = new("--scenario")
        {
            Description = "What happens: "
                + string.Join("; ", ProofRunner.Scenarios.Select(known => $"{known.Name} ({known.Description})"))
                + "; all (each in turn)",
            DefaultValueFactory = _ => ProofRunner.Scenarios[0].Name,
        };
        scenario.AcceptOnlyFromAmong(
            [.. ProofRunner.Scenarios.Select(known => known.Name), SimulationBatch.AllScenarios]);
        Option<int?> seed = new("--seed") { Description = "The first seed (default: by the clock, printed)" };
        Option<int?> runs = new("--runs") { Description = "How many seeds (default: 1 with --seed, else 100)" };
        Option<double?> minutes = new("--minutes") { Description = "As many seeds as fit into that time" };
        Option<string> line = new("--case") { Description = "Run this case, a line that an earlier run printed" };
        Option<int?> crashes = new("--crashes")
        {
            Description = "Crash all workloads of up to so many operations after every write, with every subset",
        };
        Option<string> crash = new("--crash") { Description = "Run one crash, a line that --crashes printed" };
        Option<bool> trace = new("--trace") { Description = "Tell every step" };
        Option<bool> json = new("--json") { Description = "Report as one JSON object" };
        Command command = new("simulate", "Run the engine in a simulated world, against every check")
        {
            scenario, seed, runs, minutes, line, crashes, crash, trace, json,
        };
        command.SetAction(parsed =>
        {
            bool asJson = parsed.GetValue(json);
            if (parsed.GetValue(crashes) is { } most)
            {
                return Crash(most, parsed.GetValue(minutes), asJson);
            }

            if (parsed.GetValue(crash) is { } one)
            {
                return CrashOnce(one, asJson);
            }

            Action<string>? tell = parsed.GetValue(trace) ? Console.WriteLine : null;
            if (parsed.GetValue(line) is { } text)
            {
                return Replay(text, tell, asJson);
            }

            int first = parsed.GetValue(seed) ?? (Environment.TickCount & 0xFF_FFFF);
            bool isOne = parsed.GetValue(seed) is not null && parsed.GetValue(minutes) is null;
            var batch = new SimulationBatch(parsed.GetValue(scenario) ?? "", first)
            {
                Runs = parsed.GetValue(runs) ?? (parsed.GetValue(minutes) is not null ? int.MaxValue : isOne ? 1 : 100),
                Time = parsed.GetValue(minutes) is { } time ? TimeSpan.FromMinutes(time) : TimeSpan.MaxValue,
                Trace = tell,
                Tell = Console.Error.WriteLine,
            };
            return Report(batch, asJson);
        });
        return command;
    }

    private static int Report(SimulationBatch batch, bool asJson)
    {
        batch.Run();
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(batch.Summary(), Json));
        }
        else
        {
            batch.Print(Console.Out);
        }

        return batch.Failure is null ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    private static int Replay(string text, Action<string>? trace, bool asJson)
    {
        SimulationRun run;
        try
        {
            run = ProofRunner.RunCase(text, trace);
        }
        catch (FormatException wrong)
        {
            throw UserErrorException.Usage(wrong.Message);
        }

        Console.WriteLine(asJson
            ? JsonSerializer.Serialize(
                new { result = run.Violation is null ? "pass" : "fail", run.Violation, run.Case, run.Steps }, Json)
            : run.Violation ?? $"{run.Steps} steps, {run.VirtualTime.TotalSeconds:F3} s simulated, no violation");
        return run.Violation is null ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    private static int CrashOnce(string text, bool asJson)
    {
        string? violation;
        try
        {
            violation = ProofRunner.RunCrash(text);
        }
        catch (FormatException wrong)
        {
            throw UserErrorException.Usage(wrong.Message);
        }

        Console.WriteLine(asJson
            ? JsonSerializer.Serialize(new { result = violation is null ? "pass" : "fail", violation }, Json)
            : violation ?? "no violation");
        return violation is null ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    private static int Crash(int most, double? minutes, bool asJson)
    {
        long began = Stopwatch.GetTimestamp();
        var batch = new CrashBatch(
            ProofRunner.CrashWorkloads(most),
            asJson ? null : Console.Error.WriteLine,
            () => minutes is { } limit && Stopwatch.GetElapsedTime(began).TotalMinutes > limit);
        CrashCounts counts = batch.Run();
        Console.WriteLine(asJson
            ? JsonSerializer.Serialize(counts, Json)
            : $"{counts.Workloads} of {batch.All} workloads, {counts.Points} places, {counts.Subsets} subsets of what "
                + $"was not flushed, {counts.Crashes} different crashes in "
                + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s: {counts.Violation ?? "no violation"}");
        return counts.Violation is null ? ExitCodes.Done : ExitCodes.CheckFailed;
    }
}
