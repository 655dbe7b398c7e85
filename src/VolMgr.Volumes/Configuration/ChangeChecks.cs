using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Configuration;

/// <summary>
/// The rules of <see cref="ConfigurationChecks"/> for a change of a configuration that keeps them: only what the change
/// can have broken is looked at, so that a commit in a group of thousands of volumes costs what it changes.
/// </summary>
/// <remarks>
/// What a record's rules depend on: a name on all names; a subdisk on its disk, its plex and its neighbours on the
/// disk; a plex on its pieces, its volume and the other plexes of that; a volume on its plexes. The few rules of all
/// dcos and sub-volumes are always looked at whole.
/// </remarks>
internal sealed class ChangeChecks
{
    /// <summary>Records from which on it pays.</summary>
    private const int FewestRecords = 256;

    private readonly GroupConfiguration before;
    private readonly GroupConfiguration next;
    private readonly ConfigurationDelta delta;
    private readonly HashSet<RecordId> disks = [];
    private readonly HashSet<RecordId> plexes = [];
    private readonly HashSet<RecordId> volumes = [];
    private readonly List<string> violations = [];

    private ChangeChecks(GroupConfiguration before, GroupConfiguration next, ConfigurationDelta delta)
    {
        this.before = before;
        this.next = next;
        this.delta = delta;
    }

    /// <summary>What the change has broken, each naming its object; empty when the configuration is still
    /// sound.</summary>
    /// <param name="before">A sound configuration.</param>
    /// <param name="next">What it becomes.</param>
    /// <param name="delta">What leads from the one to the other.</param>
    /// <param name="fewest">Smaller configurations are checked whole.</param>
    public static IReadOnlyList<string> Validate(
        GroupConfiguration before, GroupConfiguration next, ConfigurationDelta delta, int fewest = FewestRecords)
    {
        int count = next.Disks.Count + next.Volumes.Count + next.Plexes.Count + next.Subdisks.Count;
        bool isWide = count < fewest || delta.Changed.Count + delta.Removed.Count > Math.Max(count, 8) / 2
            || next.Group.NextRecordId < before.Group.NextRecordId || Alignment.Of(next) != Alignment.Of(before);
        return isWide ? ConfigurationChecks.Validate(next) : new ChangeChecks(before, next, delta).Run();
    }

    private List<string> Run()
    {
        ConfigurationChecks.CheckGroup(next, violations);
        CheckNames();
        foreach (ObjectRecord record in delta.Changed)
        {
            Touch(record);
        }

        foreach (RecordId id in delta.Changed.Select(record => record.Id).Concat(delta.Removed))
        {
            foreach (ObjectRecord old in Filed(before, id))
            {
                Touch(old);
            }
        }

        volumes.UnionWith(plexes.Select(id => next.Plexes.GetValueOrDefault(id)?.VolumeId).OfType<RecordId>());
        plexes.UnionWith(volumes.SelectMany(id => next.PlexesOf(id)).Select(plex => plex.Id));
        CheckDisks();
        CheckTouched();
        return violations;
    }

    private void Touch(ObjectRecord record)
    {
        switch (record)
        {
            case DiskRecord disk:
                disks.Add(disk.Id);
                break;
            case SubdiskRecord subdisk:
                disks.Add(subdisk.DiskId);
                plexes.UnionWith(subdisk.PlexId is { } holder ? [holder] : []);
                break;
            case SubVolumeRecord sub:
                plexes.Add(sub.PlexId);
                volumes.Add(sub.VolumeId);
                break;
            case PlexRecord plex:
                plexes.Add(plex.Id);
                volumes.UnionWith(plex.VolumeId is { } above ? [above] : []);
                break;
            case VolumeRecord volume:
                volumes.Add(volume.Id);
                break;
        }
    }

    /// <summary>Names and ids: those of the change among themselves, and against what was there and stays.</summary>
    private void CheckNames()
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ObjectRecord record in delta.Changed)
        {
            string what = $"{ConfigurationChecks.Kind(record)} {record.Name}";
            ConfigurationChecks.CheckRecord(next, record, violations);
            ObjectRecord? other = before.FindObject(record.Name);
            bool stays = other is not null && other.Id != record.Id
                && Filed(next, other.Id).Any(now => now.Name == record.Name);
            if (!names.Add(record.Name) || stays)
            {
                violations.Add($"{what}: another object has the same name");
            }

            ObjectRecord[] filed = [.. Filed(next, record.Id)];
            if (filed.Length > 1)
            {
                violations.Add($"{what}: another object has the same id {record.Id}");
            }

            if (!filed.Contains(record))
            {
                violations.Add($"{what}: it is filed under another id than {record.Id}");
            }
        }
    }

    private void CheckDisks()
    {
        bool isChanged = delta.Changed.Any(record => record is DiskRecord)
            || delta.Removed.Any(before.Disks.ContainsKey);
        if (isChanged)
        {
            ConfigurationChecks.CheckDisks(next, violations);
        }

        foreach (IReadOnlyList<SubdiskRecord> disk in disks.Select(next.SubdisksOn))
        {
            foreach (SubdiskRecord subdisk in disk)
            {
                ConfigurationChecks.CheckSubdisk(next, subdisk, violations);
            }

            ConfigurationChecks.CheckOverlap(disk, violations);
        }
    }

    private void CheckTouched()
    {
        foreach (RecordId id in plexes)
        {
            if (next.Plexes.TryGetValue(id, out PlexRecord? plex))
            {
                PlexChecks.Check(next, plex, violations);
            }
            else
            {
                violations.AddRange(next.SubdisksOf(id).Select(subdisk =>
                    $"subdisk {subdisk.Name}: its plex {id} does not exist"));
            }
        }

        foreach (VolumeRecord volume in volumes.Select(id => next.Volumes.GetValueOrDefault(id)).OfType<VolumeRecord>())
        {
            ConfigurationChecks.CheckVolume(next, volume, violations);
        }

        if (!next.Dcos.IsEmpty || plexes.Any(id => next.Plexes.GetValueOrDefault(id)?.DetachMap is not null))
        {
            DcoChecks.Check(next, violations);
        }

        LayeredChecks.Check(next, violations);
    }

    private static IEnumerable<ObjectRecord> Filed(GroupConfiguration configuration, RecordId id)
    {
        ObjectRecord?[] found =
        [
            configuration.Disks.GetValueOrDefault(id), configuration.Volumes.GetValueOrDefault(id),
            configuration.Plexes.GetValueOrDefault(id), configuration.Subdisks.GetValueOrDefault(id),
            configuration.Dcos.GetValueOrDefault(id), configuration.SubVolumes.GetValueOrDefault(id),
        ];
        return found.OfType<ObjectRecord>();
    }
}
