using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VolMgr.Cli.Rehearse;

/// <summary>One thing that a rehearsal checked.</summary>
/// <param name="Name">What must hold.</param>
/// <param name="Passed">Whether it did.</param>
/// <param name="Detail">The evidence in words.</param>
internal sealed record RehearseCheck(string Name, bool Passed, string Detail);

/// <summary>One step of a rehearsal.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record RehearseStep(string Name, double Seconds);

/// <summary>Latency of the application in one phase.</summary>
/// <param name="P50Us">Median, microseconds.</param>
/// <param name="P99Us">99th percentile, microseconds.</param>
/// <param name="Operations">Operations counted.</param>
internal sealed record RehearseLatency(long P50Us, long P99Us, long Operations);

/// <summary>The three phases.</summary>
internal sealed record RehearseLatencies(RehearseLatency Before, RehearseLatency During, RehearseLatency After);

/// <summary>What a rehearsal found: one object with <c>--json</c>, a page of text without.</summary>
internal sealed record RehearseReport
{
    public required string Result { get; init; }

    public required IReadOnlyList<RehearseCheck> Checks { get; init; }

    public required IReadOnlyList<RehearseStep> Steps { get; init; }

    public required long BytesCopied { get; init; }

    public required long BytesSkipped { get; init; }

    public required double CopySeconds { get; init; }

    public required long Operations { get; init; }

    public required RehearseLatencies Latency { get; init; }

    public required double LongestGapMs { get; init; }

    public required int OldArrayReferences { get; init; }

    public required int HostCrashes { get; init; }

    public required int Seed { get; init; }

    public required string Lab { get; init; }

    /// <summary>In a virtual-time lab: what the clock of the lab went on by, without the checks at the end.</summary>
    public double? VirtualSeconds { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, RehearseJson.Default.RehearseReport);

    public string ToText()
    {
        StringBuilder text = new();
        text.AppendLine("Steps").AppendLine();
        foreach (RehearseStep step in Steps)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {step.Seconds,8:F2} s  {step.Name}");
        }

        double rate = CopySeconds > 0 ? BytesCopied / CopySeconds / (1 << 20) : 0;
        if (VirtualSeconds is { } seconds)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"  {Duration(seconds)} of virtual time");
        }

        text.AppendLine().AppendLine("Copy").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"  {Mebibytes(BytesCopied)} MiB copied, {Mebibytes(BytesSkipped)} MiB of holes skipped, "
            + $"{CopySeconds:F2} s, {rate:F0} MiB/s");
        text.AppendLine().AppendLine("Application").AppendLine();
        text.AppendLine("  phase      operations   p50 us   p99 us");
        AppendPhase(text, "before", Latency.Before);
        AppendPhase(text, "during", Latency.During);
        AppendPhase(text, "after", Latency.After);
        text.AppendLine(
            CultureInfo.InvariantCulture, $"  longest time without a completed operation: {LongestGapMs:F1} ms");
        text.AppendLine().AppendLine("Checks").AppendLine();
        foreach (RehearseCheck check in Checks)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {(check.Passed ? "pass" : "FAIL")}  {check.Name}: {check.Detail}");
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Result: {Result} (seed {Seed})");
        return text.ToString();
    }

    /// <summary>A duration for people, such as 4 h 32 min.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)} min {(int)seconds % 60} s"),
        _ => string.Create(
            CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)} h {(int)(seconds / 60) % 60} min"),
    };

    private static void AppendPhase(StringBuilder text, string name, RehearseLatency latency) =>
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"  {name,-10} {latency.Operations,10} {latency.P50Us,8} {latency.P99Us,8}");

    private static long Mebibytes(long bytes) => bytes >> 20;
}

/// <summary>Serialisation without reflection.</summary>
[JsonSerializable(typeof(RehearseReport))]
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class RehearseJson : JsonSerializerContext;
