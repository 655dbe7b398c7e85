using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>
/// Disks of a group with everything that lies on them, to be taken to another group (vxdg listmove, move, split, join).
/// Whatever has a subdisk on one of the disks is in it whole.
/// </summary>
public sealed record GroupPart
{
    private GroupPart(GroupConfiguration source, IReadOnlySet<RecordId> disks)
    {
        Source = source;
        Disks = [.. source.Disks.Values.Where(disk => disks.Contains(disk.Id))
            .OrderBy(disk => disk.Name, StringComparer.Ordinal)];
        Subdisks = [.. source.Subdisks.Values.Where(subdisk => disks.Contains(subdisk.DiskId))];
        HashSet<RecordId> plexes = [.. Subdisks.Select(subdisk => subdisk.PlexId).OfType<RecordId>()];
        Plexes = [.. source.Plexes.Values.Where(plex => plexes.Contains(plex.Id))];
        HashSet<RecordId> volumes = [.. Plexes.Select(plex => plex.VolumeId).OfType<RecordId>()];
        SubVolumes = [.. source.SubVolumes.Values.Where(sub => volumes.Contains(sub.VolumeId))];
        HashSet<RecordId> layered = [.. SubVolumes.Select(sub => sub.PlexId)];
        Plexes = [.. Plexes, .. source.Plexes.Values.Where(plex => layered.Contains(plex.Id))];
        volumes.UnionWith(Plexes.Select(plex => plex.VolumeId).OfType<RecordId>());
        Volumes = [.. source.Volumes.Values.Where(volume => volumes.Contains(volume.Id))
            .OrderBy(volume => volume.Name, StringComparer.Ordinal)];
        Dcos = [.. source.Dcos.Values
            .Where(dco => volumes.Contains(dco.VolumeId) || volumes.Contains(dco.LogVolumeId))];
    }

    /// <summary>The group that it is a part of.</summary>
    public GroupConfiguration Source { get; }

    /// <summary>Its disks by name.</summary>
    public IReadOnlyList<DiskRecord> Disks { get; }

    /// <summary>Its volumes by name.</summary>
    public IReadOnlyList<VolumeRecord> Volumes { get; }

    /// <summary>Its plexes.</summary>
    public IReadOnlyList<PlexRecord> Plexes { get; }

    /// <summary>Its subdisks.</summary>
    public IReadOnlyList<SubdiskRecord> Subdisks { get; }

    /// <summary>The data change objects of its volumes.</summary>
    public IReadOnlyList<DcoRecord> Dcos { get; }

    /// <summary>The sub-volumes whose volumes are in it.</summary>
    public IReadOnlyList<SubVolumeRecord> SubVolumes { get; }

    /// <summary>The source without it.</summary>
    public GroupConfiguration Rest =>
        Disks.Select(disk => disk.Id)
            .Concat(Volumes.Select(volume => volume.Id))
            .Concat(Plexes.Select(plex => plex.Id))
            .Concat(Subdisks.Select(subdisk => subdisk.Id))
            .Concat(Dcos.Select(dco => dco.Id))
            .Concat(SubVolumes.Select(sub => sub.Id))
            .Aggregate(Source, (rest, id) => rest.Without(id));

    /// <summary>The whole of a group.</summary>
    public static GroupPart Whole(GroupConfiguration source) => new(source, source.Disks.Keys.ToHashSet());

    /// <summary>
    /// The part that objects, disks and volumes by name, make up. Disks that hold something of an object come with it;
    /// a disk that would have to come only because of something else on a disk needs <paramref name="expands"/>.
    /// </summary>
    public static Outcome<GroupPart> Of(GroupConfiguration source, IReadOnlyList<string> names, bool expands)
    {
        HashSet<RecordId> disks = [];
        foreach (string name in names)
        {
            switch (source.FindObject(name))
            {
                case DiskRecord disk:
                    disks.Add(disk.Id);
                    break;
                case VolumeRecord volume:
                    disks.UnionWith(Placement.DisksOf(
                        source,
                        source.VolumesBelow(volume.Id).Append(volume.Id).SelectMany(id => source.PlexesOf(id))));
                    break;
                case null:
                    return Refusals.NotFound(name);
                default:
                    return new Refusal(ErrorCode.Usage, $"{name}: Only disks and volumes are moved to another group");
            }
        }

        if (disks.Count == 0)
        {
            return new Refusal(ErrorCode.Usage, "No object is named");
        }

        while (Missing(source, disks) is { } missing)
        {
            if (!expands)
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"{missing.Name}: Disk not moving, but subdisks on it are",
                    "V-5-1-3091");
            }

            disks.Add(missing.Id);
        }

        return source.Disks.Values.Any(disk => !disks.Contains(disk.Id) && !disk.IsRemoved)
            ? new GroupPart(source, disks)
            : new Refusal(
                ErrorCode.LastPlex,
                $"{source.Group.Name}: Cannot remove last disk group configuration copy",
                "V-5-1-2933");
    }

    /// <summary>It as a group of its own.</summary>
    public GroupConfiguration As(DiskGroupRecord group)
    {
        GroupConfiguration alone = new()
        {
            Group = group with { NextRecordId = Source.Group.NextRecordId },
        };
        return Records().Aggregate(alone, (current, record) => current.With(record));
    }

    /// <summary>Another group with it: every record under its name, with a new identity.</summary>
    public Outcome<GroupConfiguration> Into(GroupConfiguration target)
    {
        if (Records().FirstOrDefault(record => target.FindObject(record.Name) is not null) is { } taken)
        {
            return new Refusal(
                ErrorCode.AlreadyExists, $"{taken.Name}: Record already exists in disk group", "V-5-1-2866");
        }

        Dictionary<RecordId, RecordId> ids = [];
        foreach (ObjectRecord record in Records())
        {
            (target, RecordId id) = target.TakeId();
            ids.Add(record.Id, id);
        }

        foreach (ObjectRecord record in Records())
        {
            target = target.With(Renumbered(record, ids));
        }

        return ConfigurationChecks.Validate(target) is [var violation, ..]
            ? new Refusal(ErrorCode.InvalidState, $"{target.Group.Name}: {violation}")
            : target;
    }

    private static ObjectRecord Renumbered(ObjectRecord record, Dictionary<RecordId, RecordId> ids) => record switch
    {
        VolumeRecord volume => volume with
        {
            Id = ids[volume.Id],
            PreferredPlexId = volume.PreferredPlexId is { } preferred ? ids[preferred] : null,
        },
        PlexRecord plex => plex with
        {
            Id = ids[plex.Id],
            VolumeId = plex.VolumeId is { } volume ? ids[volume] : null,
        },
        SubdiskRecord subdisk => subdisk with
        {
            Id = ids[subdisk.Id],
            DiskId = ids[subdisk.DiskId],
            PlexId = subdisk.PlexId is { } plex ? ids[plex] : null,
        },
        SubVolumeRecord sub => sub with
        {
            Id = ids[sub.Id],
            PlexId = ids[sub.PlexId],
            VolumeId = ids[sub.VolumeId],
        },
        DcoRecord dco => dco with
        {
            Id = ids[dco.Id],
            VolumeId = ids[dco.VolumeId],
            LogVolumeId = ids[dco.LogVolumeId],
        },
        _ => record with { Id = ids[record.Id] },
    };

    /// <summary>A disk that is not among them and holds something of what is on them.</summary>
    private static DiskRecord? Missing(GroupConfiguration source, HashSet<RecordId> disks)
    {
        GroupPart part = new(source, disks);
        HashSet<RecordId> volumes = [.. part.Volumes.Select(volume => volume.Id)
            .Concat(part.Dcos.SelectMany(dco => (RecordId[])[dco.VolumeId, dco.LogVolumeId]))];
        volumes.UnionWith([.. volumes.SelectMany(id => source.VolumesBelow(id))]);
        IEnumerable<PlexRecord> plexes = part.Plexes.Concat(
            source.Plexes.Values.Where(plex => plex.VolumeId is { } volume && volumes.Contains(volume)));
        IReadOnlySet<RecordId> needed = Placement.DisksOf(source, plexes);
        return source.Disks.Values.Where(disk => needed.Contains(disk.Id) && !disks.Contains(disk.Id))
            .OrderBy(disk => disk.Name, StringComparer.Ordinal).FirstOrDefault();
    }

    private IEnumerable<ObjectRecord> Records() =>
        Disks.Concat<ObjectRecord>(Volumes).Concat(Plexes).Concat(Subdisks).Concat(Dcos)
            .Concat(SubVolumes);
}
