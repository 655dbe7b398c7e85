using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.InputOutput;

/// <summary>A log plex, or a DCO, that holds a copy of the dirty region log.</summary>
/// <param name="Id">Its record.</param>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Device">Its address space.</param>
public sealed record LogPlex(RecordId Id, string Name, ILogSpace Device);

/// <summary>What was found in a log when a volume is started.</summary>
/// <param name="Log">The log, to be given to the volume; null when no log plex holds a valid one: then everything is
/// dirty.</param>
/// <param name="Dirty">The ranges that may differ between plexes.</param>
/// <param name="Lost">Log plexes that could not be read or hold something else. They take no marks from now on, so the
/// group has to detach them durably before the volume is written.</param>
public sealed record DirtyRegionLogReading(
    DirtyRegionLog? Log, IReadOnlyList<ByteRange> Dirty, IReadOnlyList<RecordId> Lost);
