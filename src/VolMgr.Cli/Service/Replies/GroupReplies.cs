using System.ComponentModel;

namespace VolMgr.Cli.Service.Replies;

/// <summary>An imported disk group.</summary>
internal sealed record GroupReply(
    string Host,
    string Name,
    string Id,
    int Version,
    [property: Description("Number of the newest durable configuration.")] long Generation,
    [property: Description("Bytes that no subdisk covers.")] long FreeBytes,
    IReadOnlyList<MediaReply> Disks,
    [property: Description("Names of its volumes.")] IReadOnlyList<string> Volumes);

/// <summary>A disk of a group.</summary>
internal sealed record MediaReply(
    [property: Description("Disk media name.")] string Name,
    [property: Description("Device where it was last seen.")] string Device,
    [property: Description("Bytes of the public region.")] long Length,
    [property: Description("Bytes that no subdisk covers.")] long FreeBytes,
    bool IsFailing,
    bool IsRemoved);

/// <summary>A volume.</summary>
internal sealed record VolumeReply(
    string Host,
    string Group,
    string Name,
    [property: Description("Bytes.")] long Length,
    [property: Description("ENABLED, DETACHED or DISABLED.")] string KernelState,
    [property: Description("EMPTY, CLEAN, ACTIVE, SYNC or NEEDSYNC.")] string State,
    string UseType,
    [property: Description("How many clients hold it open.")] int OpenCount,
    [property: Description("Whether a recovery has not yet reached every range.")] bool IsRecovering,
    [property: Description("Where NBD clients find it; empty unless it is started.")] IReadOnlyList<string> Uris,
    [property: Description("Null unless it is started.")] StatisticsReply? Statistics,
    IReadOnlyList<PlexReply> Plexes);

/// <summary>What applications did to a volume since it was started.</summary>
internal sealed record StatisticsReply(DirectionReply Reads, DirectionReply Writes, DirectionReply Flushes);

/// <summary>One direction of I/O.</summary>
internal sealed record DirectionReply(
    long Operations,
    long Bytes,
    [property: Description("The operations' times added up.")] double Seconds,
    long Failures);

/// <summary>One copy of a volume's data, or a log.</summary>
internal sealed record PlexReply(
    string Name,
    string KernelState,
    string State,
    [property: Description("RW, or WO while it is being attached.")] string Mode,
    string Layout,
    int Columns,
    bool IsLog,
    IReadOnlyList<SubdiskReply> Subdisks);

/// <summary>A piece of a disk.</summary>
internal sealed record SubdiskReply(
    string Name,
    [property: Description("Disk media name.")] string Disk,
    [property: Description("Byte offset in the disk's public region.")] long DiskOffset,
    [property: Description("Bytes.")] long Length,
    int Column,
    [property: Description("Byte offset in its column.")] long PlexOffset);
