using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Runbooks;

/// <summary>What came of a step.</summary>
/// <param name="Number">The step, from 1.</param>
/// <param name="Line">Its line in the runbook.</param>
/// <param name="Title">What the runbook says of it.</param>
/// <param name="Commands">What was run.</param>
/// <param name="PlannedSeconds">What the runbook plans for it, if it does.</param>
/// <param name="Seconds">What it took.</param>
/// <param name="ExitCode">Of its last command.</param>
/// <param name="Output">Standard output and error, in the order of their writing.</param>
/// <param name="Gate">The gate that it decides, if it is one.</param>
internal sealed record RunbookStepResult(
    int Number,
    int Line,
    string Title,
    string Commands,
    double? PlannedSeconds,
    double Seconds,
    int ExitCode,
    string Output,
    string? Gate);

/// <summary>What the rehearsal of a runbook found.</summary>
internal sealed record RunbookReport
{
    private const int HeadMax = 60;

    public required string Result { get; init; }

    public required string Runbook { get; init; }

    /// <summary>Steps of the runbook; those that were run are in <see cref="Steps"/>.</summary>
    public required int StepCount { get; init; }

    public required IReadOnlyList<RunbookStepResult> Steps { get; init; }

    public required IReadOnlyList<RehearseCheck> Checks { get; init; }

    /// <summary>What the application felt while the steps ran; null without application.</summary>
    public required PhaseReport? Application { get; init; }

    /// <summary>Why it ended before the last step; null if it did not.</summary>
    public required string? Stopped { get; init; }

    /// <summary>The host when it stopped: the listing of its disk groups.</summary>
    public required string? Host { get; init; }

    /// <summary>How to go back to where the rehearsal began, when it stopped.</summary>
    public required IReadOnlyList<string> WayBack { get; init; }

    public required int Seed { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, RunbookJson.Default.RunbookReport);

    public string ToText()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"Runbook {Runbook}").AppendLine();
        text.AppendLine("  step   line    planned     actual  exit");
        foreach (RunbookStepResult step in Steps)
        {
            string planned = step.PlannedSeconds is { } seconds ? $"{seconds:F0} s" : "-";
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"  {step.Number,4} {step.Line,6} {planned,10} {step.Seconds,8:F2} s {step.ExitCode,5}  {Head(step)}");
            foreach (string line in step.Output.Split('\n').SkipLast(1))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"         | {line}");
            }
        }

        if (Application is { } felt)
        {
            text.AppendLine().AppendLine(
                CultureInfo.InvariantCulture,
                $"Application: {felt.Operations} operations, p50 {felt.P50Us} us, p99 {felt.P99Us} us, "
                + $"longest time without a completed one {felt.LongestGapUs / 1000.0:F1} ms");
        }

        AppendStop(text);
        text.AppendLine().AppendLine("Checks").AppendLine();
        foreach (RehearseCheck check in Checks)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {(check.Passed ? "pass" : "FAIL")}  {check.Name}: {check.Detail}");
        }

        text.AppendLine().Append(CultureInfo.InvariantCulture, $"Result: {Result} (seed {Seed})");
        return text.ToString();
    }

    private static string Head(RunbookStepResult step)
    {
        string words = step.Gate is { } gate ? $"GATE {gate}"
            : step.Title.Length > 0 ? step.Title : step.Commands.Trim().Split('\n')[0];
        return words.Length > HeadMax ? words[..HeadMax] + "..." : words;
    }

    private void AppendStop(StringBuilder text)
    {
        if (Stopped is null)
        {
            return;
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Stopped: {Stopped}");
        text.AppendLine().AppendLine("The host now").AppendLine();
        foreach (string line in (Host ?? "").Split('\n').SkipLast(1))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {line}");
        }

        text.AppendLine().AppendLine("How to go back").AppendLine();
        foreach (string line in WayBack.DefaultIfEmpty("nothing has changed that would have to be taken back"))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {line}");
        }
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSerializable(typeof(RunbookReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
internal sealed partial class RunbookJson : JsonSerializerContext;
