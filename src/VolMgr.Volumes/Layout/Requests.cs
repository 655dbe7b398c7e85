using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>How the contents of a new volume become defined.</summary>
public enum VolumeInit
{
    /// <summary>Plexes are made equal in the background (the default); one plex is taken as it is.</summary>
    Sync = 1,

    /// <summary>Taken as it is, without a copy (<c>init=active</c>).</summary>
    Active = 2,

    /// <summary>Zeroes are written first (<c>init=zero</c>): the volume is created EMPTY and
    /// <c>VolumeOperations.InitializeVolume</c> follows the zeroing.</summary>
    Zero = 3,

    /// <summary>Left EMPTY and stopped (<c>init=none</c>).</summary>
    None = 4,
}

/// <summary>The log of a new volume.</summary>
public enum LogKind
{
    /// <summary>None.</summary>
    None = 1,

    /// <summary>A dirty region log in a LOG plex (<c>logtype=drl</c>).</summary>
    DirtyRegion = 2,
}

/// <summary>What storage an operation may use.</summary>
public abstract record StorageRequest
{
    /// <summary>Which disks may be used.</summary>
    public StorageSpecification Storage { get; init; } = StorageSpecification.Any;

    /// <summary>What the host knows of the disks.</summary>
    public IReadOnlyList<DiskSite> Sites { get; init; } = [];

    /// <summary>Whether each column must be one piece of a disk (<c>layout=contig</c>).</summary>
    public bool IsContiguous { get; init; }

    /// <summary>Whether disks are taken in the order in which they are named (<c>-o ordered</c>).</summary>
    public bool IsOrdered { get; init; }
}

/// <summary>A volume to create (vxassist make), or to ask the largest size for.</summary>
public sealed record VolumeRequest : StorageRequest
{
    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Bytes; rounded up to the group's alignment.</summary>
    public long Length { get; init; }

    /// <summary>Layout of the data plexes.</summary>
    public PlexLayout Layout { get; init; } = PlexLayout.Concat;

    /// <summary>Columns of a striped layout; null lets the allocator choose: as many as there are disks, 2 to
    /// 8.</summary>
    public int? ColumnCount { get; init; }

    /// <summary>Stripe unit in bytes, for a striped layout.</summary>
    public long StripeUnit { get; init; } = 64 * 1024;

    /// <summary>Data plexes.</summary>
    public int MirrorCount { get; init; } = 1;

    /// <summary>Whether the mirrors are below the stripe or the concatenation (<c>stripe-mirror</c>,
    /// <c>concat-mirror</c>); needs two mirrors or more.</summary>
    public bool IsLayered { get; init; }

    /// <summary>Log.</summary>
    public LogKind Log { get; init; } = LogKind.None;

    /// <summary>Whether the volume is written in sequence (<c>logtype=seqdrl</c>).</summary>
    public bool LogsInSequence { get; init; }

    /// <summary>Log plexes, where there is a log.</summary>
    public int LogCount { get; init; } = 1;

    /// <summary>Bytes of a log plex, rounded up to the group's alignment; null: as many as it needs.</summary>
    public long? LogLength { get; init; }

    /// <summary>Disks for the log; null: those of the data.</summary>
    public StorageSpecification? LogStorage { get; init; }

    /// <summary>How the contents become defined.</summary>
    public VolumeInit Init { get; init; } = VolumeInit.Sync;

    /// <summary>Usage type: fsgen or gen.</summary>
    public string UseType { get; init; } = "fsgen";

    /// <summary>Owner.</summary>
    public string User { get; init; } = "root";

    /// <summary>Group.</summary>
    public string Group { get; init; } = "root";

    /// <summary>Permission bits, octal text.</summary>
    public string Mode { get; init; } = "0600";

    /// <summary>Comment.</summary>
    public string Comment { get; init; } = "";
}

/// <summary>A plex to add to a volume (vxassist mirror).</summary>
public sealed record MirrorRequest : StorageRequest
{
    /// <summary>The volume.</summary>
    public required string Volume { get; init; }

    /// <summary>Layout; null takes that of the volume's first data plex.</summary>
    public PlexLayout? Layout { get; init; }

    /// <summary>Columns of a striped layout; null takes those of the first data plex if it is striped, else as many as
    /// fit.</summary>
    public int? ColumnCount { get; init; }

    /// <summary>Stripe unit; null takes that of the first data plex if it is striped, else 64 KiB.</summary>
    public long? StripeUnit { get; init; }

    /// <summary>State of the new plex while the copy runs: TEMPRMSD, TEMPRM or TEMP.</summary>
    public PlexState State { get; init; } = PlexState.TempRmSd;
}

/// <summary>A log to add to a volume (vxassist addlog).</summary>
public sealed record LogRequest : StorageRequest
{
    /// <summary>The volume.</summary>
    public required string Volume { get; init; }

    /// <summary>Bytes of a log plex, rounded up to the group's alignment; null: as many as it needs.</summary>
    public long? Length { get; init; }

    /// <summary>Log plexes to add.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Whether the volume is written in sequence (<c>logtype=seqdrl</c>).</summary>
    public bool IsSequential { get; init; }
}

/// <summary>A disk to add to the group (vxdg adddisk).</summary>
public sealed record DiskRequest
{
    /// <summary>Disk media name.</summary>
    public required string Name { get; init; }

    /// <summary>Device name.</summary>
    public required string DeviceName { get; init; }

    /// <summary>Identity in the disk's header.</summary>
    public required string DiskId { get; init; }

    /// <summary>Bytes of the public region.</summary>
    public required long PublicLength { get; init; }

    /// <summary>Bytes of the private region.</summary>
    public required long PrivateLength { get; init; }

    /// <summary>Whether the name is that of a removed disk whose place this one takes (<c>-k</c>).</summary>
    public bool IsReplacement { get; init; }
}
