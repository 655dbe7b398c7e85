using System.CommandLine;
using System.CommandLine.Parsing;
using VolMgr.Proof;

namespace VolMgr.Cli.Verbs;

/// <summary>
/// The options of <c>volmgr simulate</c>. It runs seeds, one case, all crashes of small workloads or one crash: an
/// option that says nothing to what is run is refused.
/// </summary>
internal sealed class SimulateOptions
{
    private const int LongestCrashes = 3;
    private const double ShortestMinutes = 0.01;
    private const double LongestMinutes = 7 * 24 * 60;

    public SimulateOptions()
    {
        Scenario.AcceptOnlyFromAmong(
            [.. ProofRunner.Scenarios.Select(known => known.Name), SimulationBatch.AllScenarios]);
        Runs.Validators.Add(result => OptionRange.Check(result, 1, int.MaxValue));
        Minutes.Validators.Add(result => OptionRange.Check(result, ShortestMinutes, LongestMinutes));
        Crashes.Validators.Add(result => OptionRange.Check(result, 1, LongestCrashes));
    }

    public Option<string> Scenario { get; } = new("--scenario")
    {
        Description = "What happens: "
            + string.Join("; ", ProofRunner.Scenarios.Select(known => $"{known.Name} ({known.Description})"))
            + "; all (each in turn)",
        DefaultValueFactory = _ => ProofRunner.Scenarios[0].Name,
    };

    public Option<int?> Seed { get; } =
        new("--seed") { Description = "The first seed (default: by the clock, printed)" };

    public Option<int?> Runs { get; } =
        new("--runs") { Description = "How many seeds, at most (default: 1 with --seed, else 100)" };

    public Option<double?> Minutes { get; } =
        new("--minutes") { Description = "As many seeds, or crashes, as fit into that time" };

    public Option<string> Line { get; } =
        new("--case") { Description = "Run this case, a line that an earlier run printed" };

    public Option<int?> Crashes { get; } = new("--crashes")
    {
        Description = "Crash all workloads of up to so many operations, 1 to 3, after every write, with every subset",
    };

    public Option<string> Crash { get; } =
        new("--crash") { Description = "Run one crash, a line that --crashes printed" };

    public Option<string> Bug { get; } = new("--bug")
    {
        Description = "Build this bug of 'volmgr museum list' into the engine; runs fail where a check notices it",
    };

    public Option<bool> Trace { get; } = new("--trace") { Description = "Tell every step" };

    public Option<bool> Json { get; } = new("--json") { Description = "Report as one JSON object" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Scenario, Seed, Runs, Minutes, Line, Crashes, Crash, Bug, Trace, Json])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (Problem(result) is { } problem)
            {
                result.AddError(problem);
            }
        });
    }

    private string? Problem(CommandResult given)
    {
        if (Has(given, Line))
        {
            return Misplaced(given, Line, Scenario, Seed, Runs, Minutes, Crashes, Crash);
        }

        if (Has(given, Crash))
        {
            return Misplaced(given, Crash, Scenario, Seed, Runs, Minutes, Crashes, Bug, Trace);
        }

        return Has(given, Crashes) ? Misplaced(given, Crashes, Scenario, Seed, Runs, Bug, Trace) : null;
    }

    private static string? Misplaced(CommandResult given, Option what, params Option[] others) =>
        Array.Find(others, other => Has(given, other)) is { } other
            ? $"{other.Name} says nothing to {what.Name}; leave one of them out"
            : null;

    private static bool Has(CommandResult given, Option option) => given.GetResult(option) is { Implicit: false };
}
