using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Groups;

/// <summary>How a copy or a recovery runs (<c>-t</c>, <c>-o iosize=</c>, <c>-o slow=</c>). What is null comes from the
/// host's defaults.</summary>
public sealed record CopyOptions
{
    /// <summary>Name by which the task can be found; empty for none.</summary>
    public string Tag { get; init; } = "";

    /// <summary>Bytes of one copy step.</summary>
    public long? IoSize { get; init; }

    /// <summary>Milliseconds to wait after each step.</summary>
    public int? SlowMs { get; init; }

    /// <summary>Most bytes per second; 0 for no limit.</summary>
    public long? BandwidthLimit { get; init; }

    /// <summary>Whom the copy favours.</summary>
    public CopyPolicy? Policy { get; init; }

    /// <summary>Copy steps in flight at once.</summary>
    public int? Workers { get; init; }

    /// <summary>Bytes after which the target is flushed and the record of the copy advanced.</summary>
    public long? CheckpointBytes { get; init; }

    /// <summary>For moves: the copy ends with both places taking every write, and a commit or a rollback says later
    /// which one stays. The tag by which these find it, empty for none; null: the new place takes over at
    /// once.</summary>
    public string? Tentative { get; init; }

    /// <summary>These options with the gaps filled from the defaults.</summary>
    internal CopyOptions Over(CopyOptions defaults) => new()
    {
        Tag = Tag,
        Tentative = Tentative,
        IoSize = IoSize ?? defaults.IoSize,
        SlowMs = SlowMs ?? defaults.SlowMs,
        BandwidthLimit = BandwidthLimit ?? defaults.BandwidthLimit,
        Policy = Policy ?? defaults.Policy,
        Workers = Workers ?? defaults.Workers,
        CheckpointBytes = CheckpointBytes ?? defaults.CheckpointBytes,
    };
}
