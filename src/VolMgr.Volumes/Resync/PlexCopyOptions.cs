using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Resync;

/// <summary>What to copy, and how.</summary>
public sealed record PlexCopyOptions
{
    /// <summary>The volume; its published plex set has the target as a write-only member.</summary>
    public required VolumeDevice Volume { get; init; }

    /// <summary>The plex to bring up to date.</summary>
    public required RecordId Target { get; init; }

    /// <summary>Bytes of a step (iosize=), a multiple of 512.</summary>
    public long IoSize { get; init; } = 1L << 20;

    /// <summary>Steps in flight at once.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>The pace.</summary>
    public CopyThrottleOptions Throttle { get; init; } = new();

    /// <summary>The task to report to and to be controlled by; the caller finishes it.</summary>
    public VolumeTask? Task { get; init; }

    /// <summary>Where the record of the copy is kept, or null for none.</summary>
    public ICopyRecordStore? Store { get; init; }

    /// <summary>
    /// Whether a record of an earlier run may be continued: the target has taken every write since, except those in
    /// <see cref="Recopy"/>. That is so when the volume has a valid dirty region log and the target was a member of the
    /// first plex set that was published after the start.
    /// </summary>
    public bool IsRecordTrusted { get; init; }

    /// <summary>What may differ in spite of the record: the regions that were dirty at the start.</summary>
    public IReadOnlyList<ByteRange> Recopy { get; init; } = [];

    /// <summary>What the target has missed, where somebody knows: the rest of it is not copied. Null: everything, or
    /// what a record says.</summary>
    public IReadOnlyList<ByteRange>? Only { get; init; }

    /// <summary>Bytes after which the target is flushed and the record advanced.</summary>
    public long CheckpointBytes { get; init; } = 64L << 20;

    /// <summary>Time after which the same happens.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>How a copy ended.</summary>
public enum PlexCopyState
{
    /// <summary>Everything is on the target; it is not readable before the switch.</summary>
    Completed = 1,

    /// <summary>It was told to stop for good.</summary>
    Aborted = 2,

    /// <summary>A range could not be read from any complete plex.</summary>
    SourceFailed = 3,

    /// <summary>The target failed, or is not a member any more.</summary>
    TargetFailed = 4,

    /// <summary>It was stopped with its record kept, to be continued.</summary>
    Suspended = 5,
}

/// <summary>What a copy did.</summary>
/// <param name="State">How it ended.</param>
/// <param name="BytesCopied">Bytes read and written by this run.</param>
/// <param name="BytesSkipped">Bytes of holes, zeroed on the target or known to be zero there.</param>
/// <param name="BytesResumed">Bytes that a record said were there already.</param>
/// <param name="Reason">What a device answered, where one failed.</param>
public sealed record PlexCopyResult(
    PlexCopyState State, long BytesCopied, long BytesSkipped, long BytesResumed, IoStatus Reason);

/// <summary>How a switch ended.</summary>
public enum PlexSwitchState
{
    /// <summary>The commit is durable and the new plex set is published.</summary>
    Switched = 1,

    /// <summary>The copy is not complete; nothing was changed.</summary>
    NotComplete = 2,

    /// <summary>The target has failed; nothing was changed.</summary>
    TargetFailed = 3,

    /// <summary>The commit was refused; nothing was changed.</summary>
    Refused = 4,

    /// <summary>An abort came first; nothing was changed.</summary>
    Aborted = 5,
}
