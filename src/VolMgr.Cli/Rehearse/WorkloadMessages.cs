using System.Text.Json;
using System.Text.Json.Serialization;

namespace VolMgr.Cli.Rehearse;

/// <summary>What one phase felt like, over all volumes.</summary>
/// <param name="Operations">Completed operations.</param>
/// <param name="P50Us">Median latency, microseconds.</param>
/// <param name="P99Us">99th percentile of the latency, microseconds.</param>
/// <param name="LongestGapUs">Longest time in which one volume completed nothing, microseconds.</param>
internal sealed record PhaseReport(long Operations, long P50Us, long P99Us, long LongestGapUs);

/// <summary>One line from the workload process to the rehearsal.</summary>
/// <param name="Event">ready, filled, running, disconnected, settled, report or failed.</param>
/// <param name="Message">In words, where there is something to say.</param>
/// <param name="Phases">With report: before, during, after.</param>
/// <param name="Problems">With report: everything that was found wrong.</param>
/// <param name="FailedOperations">With report: operations that failed while the volumes could be reached.</param>
internal sealed record WorkloadEvent(
    string Event,
    string? Message = null,
    IReadOnlyList<PhaseReport>? Phases = null,
    IReadOnlyList<string>? Problems = null,
    long FailedOperations = 0);

/// <summary>How the workload process is started: the one line that it reads first.</summary>
/// <param name="Lab">The lab's folder.</param>
/// <param name="Host">The host whose volumes are used.</param>
/// <param name="DiskGroup">The disk group.</param>
/// <param name="Volumes">The volumes.</param>
/// <param name="Shape">Name of the shape.</param>
/// <param name="Seed">Seed of all its choices.</param>
/// <param name="LedgerFolder">Where the ledgers are.</param>
/// <param name="OperationsPerSecond">The pace on each volume; null for that of the shape.</param>
internal sealed record WorkloadOptions(
    string Lab,
    string Host,
    string DiskGroup,
    IReadOnlyList<string> Volumes,
    string Shape,
    int Seed,
    string LedgerFolder,
    int? OperationsPerSecond = null)
{
    /// <summary>How much of each volume is used, from its beginning, bytes.</summary>
    public long Span { get; init; } = long.MaxValue;

    /// <summary>Path of the ledger of one volume.</summary>
    public string LedgerPath(string volume) => Path.Combine(LedgerFolder, volume + ".ledger");

    /// <summary>What marks the stamps of one volume.</summary>
    public ulong Tag(string volume)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in $"{DiskGroup}/{volume}/{Seed}")
        {
            hash = unchecked((hash ^ letter) * 1099511628211);
        }

        return hash;
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSerializable(typeof(WorkloadEvent))]
[JsonSerializable(typeof(WorkloadOptions))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class WorkloadJson : JsonSerializerContext;
