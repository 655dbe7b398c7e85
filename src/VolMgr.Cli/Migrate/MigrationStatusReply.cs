using System.Text.Json;
using System.Text.Json.Serialization;
using VolMgr.Migration;

namespace VolMgr.Cli.Migrate;

/// <summary>Where a migration stands, for people and with <c>--json</c> for programs.</summary>
/// <param name="State">A migration state; Interrupted where the host went down under it and it has to be
/// resumed.</param>
/// <param name="IsPaused">Whether the copies are paused.</param>
/// <param name="BytesCopied">Bytes written by finished copies.</param>
/// <param name="BytesSkipped">Bytes that were holes.</param>
/// <param name="CopySeconds">Seconds from the first copy to the last.</param>
/// <param name="Copies">Share of each running copy that is done, by plex.</param>
/// <param name="Steps">What was done.</param>
/// <param name="Failure">Why it stopped, when it failed.</param>
internal sealed record MigrationStatusReply(
    string State,
    bool IsPaused,
    long BytesCopied,
    long BytesSkipped,
    double CopySeconds,
    IReadOnlyDictionary<string, double> Copies,
    IReadOnlyList<JournalStep> Steps,
    string? Failure)
{
    public static MigrationStatusReply Of(MigrationJournal journal, MigrationRun? run)
    {
        bool isStill = journal.State is MigrationState.Done or MigrationState.Aborted or MigrationState.Failed
            or MigrationState.Mirrored;
        string state = run is null && !isStill ? "Interrupted" : journal.State.ToString();
        return new MigrationStatusReply(
            state,
            run?.IsPaused ?? false,
            journal.BytesCopied,
            journal.BytesSkipped,
            journal.CopySeconds,
            run?.Copies ?? new Dictionary<string, double>(),
            journal.Steps,
            journal.Failure);
    }

    public string ToJson() => JsonSerializer.Serialize(this, MigrationStatusJson.Default.MigrationStatusReply);
}

/// <summary>Serialisation without reflection.</summary>
[JsonSerializable(typeof(MigrationStatusReply))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true)]
internal sealed partial class MigrationStatusJson : JsonSerializerContext;
