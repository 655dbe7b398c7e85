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
        var options = new SimulateOptions();
        Command command = new("simulate", "Run the engine in a simulated world, against every check");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            bool asJson = parsed.GetValue(options.Json);
            if (parsed.GetValue(options.Crashes) is { } most)
            {
                return Crash(most, parsed.GetValue(options.Minutes), asJson);
            }

            if (parsed.GetValue(options.Crash) is { } one)
            {
                return CrashOnce(one, asJson);
            }

            string? bug = parsed.GetValue(options.Bug) is { } id ? MuseumVerb.Card(id).Id : null;
            Action<string>? tell = parsed.GetValue(options.Trace) ? Console.WriteLine : null;
            if (parsed.GetValue(options.Line) is { } text)
            {
                return Replay(text, bug, tell, asJson);
            }

            int first = parsed.GetValue(options.Seed) ?? (Environment.TickCount & 0xFF_FFFF);
            bool isOne = parsed.GetValue(options.Seed) is not null && parsed.GetValue(options.Minutes) is null;
            var batch = new SimulationBatch(parsed.GetValue(options.Scenario) ?? "", first)
            {
                Runs = parsed.GetValue(options.Runs)
                    ?? (parsed.GetValue(options.Minutes) is not null ? int.MaxValue : isOne ? 1 : 100),
                Time = parsed.GetValue(options.Minutes) is { } time ? TimeSpan.FromMinutes(time) : TimeSpan.MaxValue,
                Trace = tell,
                Tell = Console.Error.WriteLine,
                Bug = bug,
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

    private static int Replay(string text, string? bug, Action<string>? trace, bool asJson)
    {
        SimulationRun run;
        try
        {
            run = ProofRunner.RunCase(text, trace, bug);
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
