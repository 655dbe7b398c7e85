using System.Collections.Immutable;

namespace VolMgr.Volumes.Configuration;

/// <summary>
/// All records of one disk group as one immutable value. A change makes a new value, which is checked
///, made durable, and only then published.
/// </summary>
public sealed record GroupConfiguration
{
    /// <summary>The group.</summary>
    public required DiskGroupRecord Group { get; init; }

    /// <summary>Disks by id.</summary>
    public ImmutableSortedDictionary<RecordId, DiskRecord> Disks { get; init; } =
        ImmutableSortedDictionary<RecordId, DiskRecord>.Empty;

    /// <summary>Subdisks by id.</summary>
    public ImmutableSortedDictionary<RecordId, SubdiskRecord> Subdisks { get; init; } =
        ImmutableSortedDictionary<RecordId, SubdiskRecord>.Empty;

    /// <summary>Plexes by id.</summary>
    public ImmutableSortedDictionary<RecordId, PlexRecord> Plexes { get; init; } =
        ImmutableSortedDictionary<RecordId, PlexRecord>.Empty;

    /// <summary>Volumes by id.</summary>
    public ImmutableSortedDictionary<RecordId, VolumeRecord> Volumes { get; init; } =
        ImmutableSortedDictionary<RecordId, VolumeRecord>.Empty;

    /// <summary>Data change objects by id.</summary>
    public ImmutableSortedDictionary<RecordId, DcoRecord> Dcos { get; init; } =
        ImmutableSortedDictionary<RecordId, DcoRecord>.Empty;

    /// <summary>Sub-volumes by id.</summary>
    public ImmutableSortedDictionary<RecordId, SubVolumeRecord> SubVolumes { get; init; } =
        ImmutableSortedDictionary<RecordId, SubVolumeRecord>.Empty;

    /// <summary>The disk of that disk media name, or null.</summary>
    public DiskRecord? FindDisk(string name) => RecordIndex<DiskRecord>.Named(Disks, name);

    /// <summary>The subdisk of that name, or null.</summary>
    public SubdiskRecord? FindSubdisk(string name) => RecordIndex<SubdiskRecord>.Named(Subdisks, name);

    /// <summary>The plex of that name, or null.</summary>
    public PlexRecord? FindPlex(string name) => RecordIndex<PlexRecord>.Named(Plexes, name);

    /// <summary>The volume of that name, or null.</summary>
    public VolumeRecord? FindVolume(string name) => RecordIndex<VolumeRecord>.Named(Volumes, name);

    /// <summary>The record of that name, of whatever type, or null.</summary>
    public ObjectRecord? FindObject(string name) =>
        FindVolume(name) ?? FindPlex(name) ?? FindSubdisk(name) ?? (ObjectRecord?)FindDisk(name)
        ?? (ObjectRecord?)FindDco(name) ?? FindSubVolume(name);

    /// <summary>The sub-volume of that name, or null.</summary>
    public SubVolumeRecord? FindSubVolume(string name) => RecordIndex<SubVolumeRecord>.Named(SubVolumes, name);

    /// <summary>The data change object of that name, or null.</summary>
    public DcoRecord? FindDco(string name) => RecordIndex<DcoRecord>.Named(Dcos, name);

    /// <summary>The data change object of a volume, or null.</summary>
    public DcoRecord? DcoOf(RecordId volume) => Dcos.Values.FirstOrDefault(dco => dco.VolumeId == volume);

    /// <summary>The data change object whose log volume it is, or null.</summary>
    public DcoRecord? DcoOnLog(RecordId volume) => Dcos.Values.FirstOrDefault(dco => dco.LogVolumeId == volume);

    /// <summary>The plexes of a volume, data and log, by name.</summary>
    public IReadOnlyList<PlexRecord> PlexesOf(RecordId volume) =>
        [.. RecordIndex<PlexRecord>.Owned(Plexes, volume).OrderBy(plex => plex.Name, StringComparer.Ordinal)];

    /// <summary>The data plexes of a volume, by name.</summary>
    public IReadOnlyList<PlexRecord> DataPlexesOf(RecordId volume) =>
        [.. PlexesOf(volume).Where(plex => !plex.IsLog)];

    /// <summary>The subdisks of a plex, by column and offset.</summary>
    public IReadOnlyList<SubdiskRecord> SubdisksOf(RecordId plex) =>
        [.. RecordIndex<SubdiskRecord>.Owned(Subdisks, plex).Where(subdisk => subdisk.PlexId == plex)
            .OrderBy(subdisk => subdisk.Column).ThenBy(subdisk => subdisk.PlexOffset)];

    /// <summary>The sub-volumes of a plex, by column and offset.</summary>
    public IReadOnlyList<SubVolumeRecord> SubVolumesOf(RecordId plex) => SubVolumes.IsEmpty
        ? []
        : [.. RecordIndex<SubVolumeRecord>.Owned(SubVolumes, plex)
            .OrderBy(sub => sub.Column).ThenBy(sub => sub.PlexOffset)];

    /// <summary>What makes a plex up, subdisks or sub-volumes, by column and offset. The disk of a sub-volume is the
    /// volume below.</summary>
    internal IReadOnlyList<SubdiskRecord> PiecesOf(RecordId plex) => SubVolumesOf(plex) is { Count: > 0 } layered
        ? [.. layered.Select(sub => sub.AsPiece()).Concat(SubdisksOf(plex))]
        : SubdisksOf(plex);

    /// <summary>The volumes that a layered volume is made of, by the place where they lie; empty for others.</summary>
    public IReadOnlyList<RecordId> VolumesBelow(RecordId volume) => SubVolumes.IsEmpty
        ? []
        : [.. PlexesOf(volume).SelectMany(plex => SubVolumesOf(plex.Id)).Select(sub => sub.VolumeId)];

    /// <summary>The layered volume that a volume is a part of, or null.</summary>
    public VolumeRecord? VolumeAbove(RecordId volume) =>
        SubVolumes.Values.FirstOrDefault(sub => sub.VolumeId == volume) is { } sub
        && Plexes.GetValueOrDefault(sub.PlexId)?.VolumeId is { } above ? Volumes.GetValueOrDefault(above) : null;

    /// <summary>Whether a volume is made of volumes.</summary>
    public bool IsLayered(RecordId volume) => VolumesBelow(volume).Count > 0;

    /// <summary>0 for a volume that clients use, 1 for one below a layered volume, 2 for the log volume of a DCO: what
    /// needs another is started after it and stopped before it.</summary>
    internal int DepthOf(RecordId volume) => DcoOnLog(volume) is not null ? 2 : VolumeAbove(volume) is not null ? 1 : 0;

    /// <summary>The subdisks on a disk, by offset.</summary>
    public IReadOnlyList<SubdiskRecord> SubdisksOn(RecordId disk) =>
        [.. RecordIndex<SubdiskRecord>.Owned(Subdisks, disk).Where(subdisk => subdisk.DiskId == disk)
            .OrderBy(subdisk => subdisk.DiskOffset)];

    /// <summary>Reserves the next record id.</summary>
    public (GroupConfiguration Configuration, RecordId Id) TakeId() =>
        (this with { Group = Group with { NextRecordId = Group.NextRecordId + 1 } }, new RecordId(Group.NextRecordId));

    /// <summary>Adds or replaces a record.</summary>
    public GroupConfiguration With(ObjectRecord record) => record switch
    {
        DiskRecord disk => this with { Disks = RecordIndex<DiskRecord>.Set(Disks, disk) },
        SubdiskRecord subdisk => this with { Subdisks = RecordIndex<SubdiskRecord>.Set(Subdisks, subdisk) },
        PlexRecord plex => this with { Plexes = RecordIndex<PlexRecord>.Set(Plexes, plex) },
        VolumeRecord volume => this with { Volumes = RecordIndex<VolumeRecord>.Set(Volumes, volume) },
        DcoRecord dco => this with { Dcos = RecordIndex<DcoRecord>.Set(Dcos, dco) },
        SubVolumeRecord sub => this with { SubVolumes = RecordIndex<SubVolumeRecord>.Set(SubVolumes, sub) },
        _ => throw new Blocks.InvariantViolationException($"record type {record.GetType().Name} has a place"),
    };

    /// <summary>Removes a record; one that is not there is left alone.</summary>
    public GroupConfiguration Without(RecordId id) => this with
    {
        Disks = RecordIndex<DiskRecord>.Remove(Disks, id),
        Subdisks = RecordIndex<SubdiskRecord>.Remove(Subdisks, id),
        Plexes = RecordIndex<PlexRecord>.Remove(Plexes, id),
        Volumes = RecordIndex<VolumeRecord>.Remove(Volumes, id),
        Dcos = RecordIndex<DcoRecord>.Remove(Dcos, id),
        SubVolumes = RecordIndex<SubVolumeRecord>.Remove(SubVolumes, id),
    };
}
