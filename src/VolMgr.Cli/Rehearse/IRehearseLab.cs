using System.Text.Json;
using System.Text.Json.Serialization;
using VolMgr.Blocks;

namespace VolMgr.Cli.Rehearse;

/// <summary>Where a migration stands, as <c>volmgr migrate status --json</c> says.</summary>
internal sealed record MigrationStatus
{
    /// <summary>A migration state, or Interrupted where the host went down under it, or None.</summary>
    public string State { get; init; } = "None";

    public long BytesCopied { get; init; }

    public long BytesSkipped { get; init; }

    public double CopySeconds { get; init; }

    public string? Failure { get; init; }

    /// <summary>Share of each running copy that is done, by plex name.</summary>
    public IReadOnlyDictionary<string, double> Copies { get; init; } = new Dictionary<string, double>();
}

/// <summary>What a rehearsal needs of a lab: the program's own commands, and the bytes of volumes and plexes.</summary>
internal interface IRehearseLab
{
    /// <summary>The host whose commands are run.</summary>
    string Host { get; }

    /// <summary>The clock that the rehearsal goes by.</summary>
    TimeProvider Time { get; }

    /// <summary>Time between two looks at the migration.</summary>
    TimeSpan PollInterval { get; }

    /// <summary>How long the application is measured before and after the migration.</summary>
    TimeSpan QuietTime { get; }

    /// <summary>Creates the lab's folder; the plan as the lab can carry it out.</summary>
    Task<RehearsePlan> CreateAsync(RehearsePlan plan, CancellationToken token);

    /// <summary>Starts the application.</summary>
    Task<IWorkload> StartWorkloadAsync(WorkloadOptions options, CancellationToken token);

    /// <summary>A look at the migration was taken: what is to happen to the lab now happens.</summary>
    Task DisturbAsync(MigrationStatus status, CancellationToken token);

    /// <summary>From here on the rehearsal only looks.</summary>
    void BeginChecks();

    /// <summary>Runs a vx* command or a verb and returns its standard output; throws when it fails.</summary>
    Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken token);

    /// <summary>The same, for a command that may fail.</summary>
    Task<(int ExitCode, string Output)> TryAsync(IReadOnlyList<string> arguments, CancellationToken token);

    /// <summary>Device names of an enclosure.</summary>
    Task<IReadOnlyList<string>> DevicesAsync(string enclosure, CancellationToken token);

    /// <summary>The migration of a group.</summary>
    Task<MigrationStatus> MigrationStatusAsync(string group, CancellationToken token);

    /// <summary>Opens a volume, or one plex of it for reading; null when it is not there.</summary>
    Task<IBlockDevice?> OpenAsync(string group, string volumeOrPlex, CancellationToken token);
}

/// <summary>Serialisation without reflection.</summary>
[JsonSerializable(typeof(MigrationStatus))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class RehearseStatusJson : JsonSerializerContext;
