namespace VolMgr.Migration;

/// <summary>One old plex that a new one replaces.</summary>
/// <param name="Volume">The volume's name.</param>
/// <param name="OldPlex">The plex on the old array.</param>
/// <param name="NewPlex">The name that the new plex will get.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="TargetDisks">Disk media names that it will be on.</param>
public sealed record PlexMove(
    string Volume, string OldPlex, string NewPlex, long Bytes, IReadOnlyList<string> TargetDisks);

/// <summary>A disk of the new array that the migration takes.</summary>
/// <param name="Device">Device name.</param>
/// <param name="Media">Disk media name that it gets, or has.</param>
/// <param name="NeedsInitialising">Whether a private region has to be written first.</param>
/// <param name="NeedsAdding">Whether it is not yet in the group.</param>
/// <param name="Length">Bytes of its public region.</param>
public sealed record TargetDisk(string Device, string Media, bool NeedsInitialising, bool NeedsAdding, long Length);

/// <summary>One step, in the words of the command that does the same by hand.</summary>
/// <param name="Phase">Where it belongs.</param>
/// <param name="Command">The command.</param>
public sealed record PlannedStep(MigrationState Phase, string Command);

/// <summary>Something that the administrator should know before starting.</summary>
/// <param name="Severity">high, medium or low.</param>
/// <param name="Subject">The object.</param>
/// <param name="Fact">What is the case, and what to do about it.</param>
public sealed record MigrationRisk(string Severity, string Subject, string Fact)
{
    /// <summary>Whether a migration does not start with it, unless the request accepts it.</summary>
    public bool IsNoGo { get; init; }
}

/// <summary>Everything that a migration would do; making it changes nothing.</summary>
public sealed record MigrationPlan
{
    /// <summary>The request.</summary>
    public required MigrationRequest Request { get; init; }

    /// <summary>Plexes to replace.</summary>
    public required IReadOnlyList<PlexMove> Moves { get; init; }

    /// <summary>Log plexes on the old array, by volume.</summary>
    public required IReadOnlyList<string> OldLogVolumes { get; init; }

    /// <summary>Volumes without a dirty region log, which get one for the duration.</summary>
    public required IReadOnlyList<string> TemporaryLogVolumes { get; init; }

    /// <summary>Target disks.</summary>
    public required IReadOnlyList<TargetDisk> Targets { get; init; }

    /// <summary>Old disks that will be empty at the end and leave the group.</summary>
    public required IReadOnlyList<string> LeavingDisks { get; init; }

    /// <summary>The steps.</summary>
    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    /// <summary>Upper bound of the bytes to copy: the length of the plexes; holes are skipped.</summary>
    public required long BytesAtMost { get; init; }

    /// <summary>Free bytes of the host's file system that holds the lab.</summary>
    public required long HostBytesFree { get; init; }

    /// <summary>Bytes that the old LUNs occupy there: what the copies will need at most.</summary>
    public required long HostBytesNeeded { get; init; }

    /// <summary>Risks.</summary>
    public required IReadOnlyList<MigrationRisk> Risks { get; init; }

    /// <summary>The plan as one JSON object.</summary>
    public string ToJson() => System.Text.Json.JsonSerializer.Serialize(this, MigrationJson.Default.MigrationPlan);
}
