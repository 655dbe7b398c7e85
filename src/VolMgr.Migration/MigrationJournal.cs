using System.Text.Json;
using System.Text.Json.Serialization;

namespace VolMgr.Migration;

/// <summary>One thing that a migration did.</summary>
/// <param name="Phase">Where it belongs.</param>
/// <param name="What">In words.</param>
/// <param name="Started">When it began.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record JournalStep(MigrationState Phase, string What, DateTimeOffset Started, double Seconds);

/// <summary>
/// What is written down about the migration of a group: a report for people and the request for a resume. Where things
/// stand is always read from the disk group itself, so a lost or stale journal loses no data.
/// </summary>
public sealed record MigrationJournal
{
    /// <summary>Version of this format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The request.</summary>
    public required MigrationRequest Request { get; init; }

    /// <summary>State when it was last written.</summary>
    public required MigrationState State { get; init; }

    /// <summary>When the migration was requested.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Volumes that got a dirty region log for the duration.</summary>
    public IReadOnlyList<string> TemporaryLogVolumes { get; init; } = [];

    /// <summary>Plexes that the migration attached, by name.</summary>
    public IReadOnlyList<string> AddedPlexes { get; init; } = [];

    /// <summary>Disks that the migration added to the group.</summary>
    public IReadOnlyList<string> AddedDisks { get; init; } = [];

    /// <summary>Disks that leave at the end.</summary>
    public IReadOnlyList<string> LeavingDisks { get; init; } = [];

    /// <summary>Whether the old side began to go: from here on the migration can only be finished.</summary>
    public bool IsPastReturn { get; init; }

    /// <summary>What was done.</summary>
    public IReadOnlyList<JournalStep> Steps { get; init; } = [];

    /// <summary>Bytes copied so far by finished copies.</summary>
    public long BytesCopied { get; init; }

    /// <summary>Bytes that were holes.</summary>
    public long BytesSkipped { get; init; }

    /// <summary>Seconds from the first copy to the last, waits between them included.</summary>
    public double CopySeconds { get; init; }

    /// <summary>Why it stopped, when it failed.</summary>
    public string? Failure { get; init; }

    /// <summary>Reads a journal; null when the text is not one that this program understands.</summary>
    public static MigrationJournal? Parse(string text)
    {
        try
        {
            MigrationJournal? journal = JsonSerializer.Deserialize(text, MigrationJson.Default.MigrationJournal);
            return journal is { Format: 1 } && Enum.IsDefined(journal.State) && journal.IsWhole ? journal : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether nothing is missing, and all times are numbers that can be written again: a text may hold larger
    /// ones.</summary>
    private bool IsWhole => double.IsFinite(CopySeconds)
        && Steps is { } steps && steps.All(step => step is not null && double.IsFinite(step.Seconds));

    /// <summary>The journal as text.</summary>
    public string ToText() => JsonSerializer.Serialize(this, MigrationJson.Default.MigrationJournal);
}

/// <summary>Where journals are kept: one text for each group. The command line keeps them in the lab.</summary>
public interface IMigrationArchive
{
    /// <summary>The journal text of a group, or null.</summary>
    string? Read(string groupName);

    /// <summary>Replaces the journal text of a group, atomically.</summary>
    void Write(string groupName, string text);

    /// <summary>
    /// Free bytes and bytes occupied by the LUNs of an enclosure on the file system that holds the lab.
    /// </summary>
    HostSpace MeasureSpace(string enclosure);
}

/// <summary>Space on the file system that holds the lab, bytes.</summary>
/// <param name="Free">Available to this user.</param>
/// <param name="Occupied">Allocated by the LUN files of the enclosure that was asked for.</param>
public readonly record struct HostSpace(long Free, long Occupied);

/// <summary>Serialisation without reflection.</summary>
[JsonSerializable(typeof(MigrationJournal))]
[JsonSerializable(typeof(MigrationPlan))]
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class MigrationJson : JsonSerializerContext;
