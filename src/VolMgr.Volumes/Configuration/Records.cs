using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Configuration;

/// <summary>Identity of a record in its group: unique, never reused, printed as <c>0.N</c>.</summary>
/// <param name="Value">Positive.</param>
public readonly record struct RecordId(long Value) : IComparable<RecordId>
{
    /// <inheritdoc/>
    public int CompareTo(RecordId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"0.{Value}";
}

/// <summary>What every record of a group carries.</summary>
public abstract record ObjectRecord
{
    /// <summary>Identity in the group.</summary>
    public required RecordId Id { get; init; }

    /// <summary>Name, unique in the group among all records: 1 to 31 characters (vxvm.md 1.2).</summary>
    public required string Name { get; init; }

    /// <summary>Free text of the administrator, one line.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Utility lock of a running command (tutil0), not kept over a restart; empty when free.</summary>
    public string TUtil0 { get; init; } = "";

    /// <summary>Persistent utility field (putil0).</summary>
    public string PUtil0 { get; init; } = "";
}

/// <summary>The disk group itself. All lengths and offsets of all records are bytes.</summary>
public sealed record DiskGroupRecord
{
    /// <summary>Name; an alias for <see cref="GroupId"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Identity: unix time, counter, host (vxvm.md 1.6).</summary>
    public required string GroupId { get; init; }

    /// <summary>Disk group version; gates behaviour (design default 200).</summary>
    public int Version { get; init; } = 200;

    /// <summary>Whether offsets and lengths are multiples of 8 KiB.</summary>
    public bool IsCds { get; init; } = true;

    /// <summary>First minor number, for listings.</summary>
    public int BaseMinor { get; init; } = 55000;

    /// <summary>The next record id; only grows.</summary>
    public long NextRecordId { get; init; } = 1025;
}

/// <summary>A disk of the group (dm record); its name is the disk media name.</summary>
public sealed record DiskRecord : ObjectRecord
{
    /// <summary>Identity written in the header of the disk; binds the record to a device.</summary>
    public required string DiskId { get; init; }

    /// <summary>Device name where it was last seen.</summary>
    public required string LastDeviceName { get; init; }

    /// <summary>Bytes of the public region.</summary>
    public required long PublicLength { get; init; }

    /// <summary>Bytes of the private region.</summary>
    public required long PrivateLength { get; init; }

    /// <summary>Removed with <c>vxdg -k rmdisk</c>: the record stays without a device.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>I/O errors were seen; not used for new allocation.</summary>
    public bool IsFailing { get; init; }

    /// <summary>Reserved by the administrator; used only when named.</summary>
    public bool IsReserved { get; init; }

    /// <summary>A hot-relocation spare; used only when named.</summary>
    public bool IsSpare { get; init; }

    /// <summary>Excluded from hot relocation.</summary>
    public bool IsNoHotUse { get; init; }
}

/// <summary>A contiguous piece of a disk's public region.</summary>
public sealed record SubdiskRecord : ObjectRecord
{
    /// <summary>The disk.</summary>
    public required RecordId DiskId { get; init; }

    /// <summary>Offset in the public region.</summary>
    public required long DiskOffset { get; init; }

    /// <summary>Length.</summary>
    public required long Length { get; init; }

    /// <summary>The plex it belongs to; null when dissociated.</summary>
    public RecordId? PlexId { get; init; }

    /// <summary>Zero-based column of a striped plex; 0 for a concatenated one.</summary>
    public int Column { get; init; }

    /// <summary>Offset inside its column (stripe) or plex (concat).</summary>
    public long PlexOffset { get; init; }

    /// <summary>After a hot relocation: the disk media name where the data was; empty for every other.</summary>
    public string OriginalDisk { get; init; } = "";

    /// <summary>After a hot relocation: the offset in the public region where the data was.</summary>
    public long OriginalOffset { get; init; }
}

/// <summary>One copy of a volume's data, or a log.</summary>
public sealed record PlexRecord : ObjectRecord
{
    /// <summary>The volume; null when dissociated.</summary>
    public RecordId? VolumeId { get; init; }

    /// <summary>Layout.</summary>
    public PlexLayout Layout { get; init; } = PlexLayout.Concat;

    /// <summary>Columns; 1 for concat.</summary>
    public int ColumnCount { get; init; } = 1;

    /// <summary>Stripe unit in bytes; 0 for concat.</summary>
    public long StripeUnit { get; init; }

    /// <summary>Utility state; persistent.</summary>
    public required PlexState State { get; init; }

    /// <summary>Kernel state; meaningful while imported, reset to disabled by import.</summary>
    public PlexKernelState KernelState { get; init; } = PlexKernelState.Disabled;

    /// <summary>Mode of an enabled plex.</summary>
    public PlexMode Mode { get; init; } = PlexMode.ReadWrite;

    /// <summary>Whether this is a log-only plex holding a dirty region log.</summary>
    public bool IsLog { get; init; }

    /// <summary>While subdisks of another plex are moved: that plex. This one has its address space, holds only the new
    /// subdisks, and gives them up to it when they are complete; null for every other plex.</summary>
    public RecordId? MovesInto { get; init; }

    /// <summary>While it is STALE: which map of the volume's DCO knows everything that was written since it was
    /// detached, from 0; null where nothing does.</summary>
    public int? DetachMap { get; init; }
}

/// <summary>What clients open.</summary>
public sealed record VolumeRecord : ObjectRecord
{
    /// <summary>Usable length.</summary>
    public required long Length { get; init; }

    /// <summary>Usage type: fsgen or gen.</summary>
    public string UseType { get; init; } = "fsgen";

    /// <summary>Utility state; persistent.</summary>
    public required VolumeState State { get; init; }

    /// <summary>Kernel state; meaningful while imported, reset to disabled by import.</summary>
    public VolumeKernelState KernelState { get; init; } = VolumeKernelState.Disabled;

    /// <summary>Read policy.</summary>
    public ReadPolicy ReadPolicy { get; init; } = ReadPolicy.Select;

    /// <summary>The preferred plex, with <see cref="ReadPolicy.Prefer"/>.</summary>
    public RecordId? PreferredPlexId { get; init; }

    /// <summary>Whether the volume may hold data that is not on all plexes alike: set durably before the first write
    /// after a start, cleared by a clean stop. A volume without it needs no recovery.</summary>
    public bool IsDirty { get; init; }

    /// <summary>Minor number offset from the group's base.</summary>
    public int Minor { get; init; }

    /// <summary>Owner shown by listings.</summary>
    public string User { get; init; } = "root";

    /// <summary>Group shown by listings.</summary>
    public string Group { get; init; } = "root";

    /// <summary>Permission bits shown by listings, octal text.</summary>
    public string Mode { get; init; } = "0600";

    /// <summary>Whether its dirty region log is kept short because it is written in sequence
    /// (<c>logtype=seqdrl</c>).</summary>
    public bool LogsInSequence { get; init; }

    /// <summary>Tags of the administrator: <c>name</c> or <c>name=value</c>, sorted, without commas.</summary>
    public TagList Tags { get; init; } = [];
}

/// <summary>
/// A volume as a piece of the only plex of another volume (sv record): what a layered volume is made of. The volume
/// below is an ordinary one, with mirrors, logs and recovery of its own.
/// </summary>
public sealed record SubVolumeRecord : ObjectRecord
{
    /// <summary>The plex that it is a piece of.</summary>
    public required RecordId PlexId { get; init; }

    /// <summary>The volume below.</summary>
    public required RecordId VolumeId { get; init; }

    /// <summary>Length; the volume below is at least as long.</summary>
    public required long Length { get; init; }

    /// <summary>Zero-based column of a striped plex; 0 for a concatenated one.</summary>
    public int Column { get; init; }

    /// <summary>Offset inside its column (stripe) or plex (concat).</summary>
    public long PlexOffset { get; init; }

    /// <summary>It as a subdisk of a disk that is the volume below: for what is the same for both.</summary>
    internal SubdiskRecord AsPiece() => new()
    {
        Id = Id,
        Name = Name,
        DiskId = VolumeId,
        DiskOffset = 0,
        Length = Length,
        PlexId = PlexId,
        Column = Column,
        PlexOffset = PlexOffset,
    };
}

/// <summary>
/// A data change object (dc record): binds a volume to the log volume on which the maps of its detached plexes are.
/// </summary>
public sealed record DcoRecord : ObjectRecord
{
    /// <summary>The volume whose changes it follows.</summary>
    public required RecordId VolumeId { get; init; }

    /// <summary>The log volume.</summary>
    public required RecordId LogVolumeId { get; init; }

    /// <summary>Version: 20.</summary>
    public int Version { get; init; } = 20;

    /// <summary>Bytes of a region.</summary>
    public required long RegionSize { get; init; }

    /// <summary>Whether the log volume holds a dirty region log too (<c>drl=on</c>).</summary>
    public bool HasLog { get; init; }

    /// <summary>Whether that log missed a mark: it counts for nothing until the volume starts again.</summary>
    public bool IsLogLost { get; init; }

    /// <summary>Whether the dirty region log takes marks.</summary>
    public bool IsLogging => HasLog && !IsLogLost;

    /// <summary>Where the maps of detached plexes are on a log volume of that length.</summary>
    internal DetachMapGeometry Geometry(long logLength) => DetachMapGeometry.OfLog(logLength, RegionSize, HasLog);

    /// <summary>Whether plexes that are detached from now on are tracked (<c>fastresync=on</c>).</summary>
    public bool IsTracking { get; init; } = true;
}
