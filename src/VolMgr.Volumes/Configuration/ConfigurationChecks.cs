using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Configuration;

/// <summary>
/// Every rule that a configuration of a group keeps; <see cref="Validate"/> reports all violations, not the first. It
/// runs after every load, and before every commit, where <see cref="ChangeChecks"/> spares it what cannot have changed.
/// <list type="bullet">
/// <item>names are legal and unique over all records; ids are unique, and below the next id of the group;</item>
/// <item>references lead to records that exist;</item>
/// <item>subdisks lie inside their disk, do not overlap, and are aligned;</item>
/// <item>the subdisks of a column follow each other without gap; all columns of a plex have subdisks;</item>
/// <item>a plex with trusted contents covers its volume;</item>
/// <item>states are members of the tables and fit each other.</item>
/// </list>
/// Two plexes of one volume on one disk are allowed: an administrator may build that by hand; the allocator never does.
/// </summary>
public static class ConfigurationChecks
{
    /// <summary>All violations, each naming its object; empty when the configuration is sound.</summary>
    public static IReadOnlyList<string> Validate(GroupConfiguration configuration)
    {
        List<string> violations = [];
        CheckGroup(configuration, violations);
        CheckNames(configuration, violations);
        CheckDisks(configuration, violations);
        CheckSubdisks(configuration, violations);
        foreach (PlexRecord plex in configuration.Plexes.Values)
        {
            PlexChecks.Check(configuration, plex, violations);
        }

        foreach (VolumeRecord volume in configuration.Volumes.Values)
        {
            CheckVolume(configuration, volume, violations);
        }

        DcoChecks.Check(configuration, violations);
        LayeredChecks.Check(configuration, violations);
        return violations;
    }

    internal static void CheckGroup(GroupConfiguration configuration, List<string> violations)
    {
        DiskGroupRecord group = configuration.Group;
        if (!ObjectNames.IsLegalGroup(group.Name))
        {
            violations.Add($"disk group '{group.Name}': the name is not legal");
        }

        if (group.GroupId.Length == 0)
        {
            violations.Add($"disk group {group.Name}: it has no identity");
        }

        if (group.Version <= 0)
        {
            violations.Add($"disk group {group.Name}: version {group.Version} is not positive");
        }
    }

    private static void CheckNames(GroupConfiguration configuration, List<string> violations)
    {
        Dictionary<string, ObjectRecord> names = new(StringComparer.Ordinal);
        Dictionary<RecordId, ObjectRecord> ids = [];
        foreach ((RecordId key, ObjectRecord record) in All(configuration))
        {
            if (!names.TryAdd(record.Name, record))
            {
                violations.Add($"{Kind(record)} {record.Name}: a {Kind(names[record.Name])} has the same name");
            }

            if (!ids.TryAdd(record.Id, record))
            {
                violations.Add($"{Kind(record)} {record.Name}: {ids[record.Id].Name} has the same id {record.Id}");
            }

            if (key != record.Id)
            {
                violations.Add($"{Kind(record)} {record.Name}: it is filed under id {key}, not {record.Id}");
            }

            CheckRecord(configuration, record, violations);
        }
    }

    /// <summary>What a record may be called, may say, and may have for an id.</summary>
    internal static void CheckRecord(GroupConfiguration configuration, ObjectRecord record, List<string> violations)
    {
        if (!ObjectNames.IsLegal(record.Name))
        {
            violations.Add($"{Kind(record)} '{record.Name}': the name is not legal");
        }

        if (record.Id.Value <= 0 || record.Id.Value >= configuration.Group.NextRecordId)
        {
            violations.Add($"{Kind(record)} {record.Name}: id {record.Id} was never given out");
        }

        foreach (string text in (string[])[record.Comment, record.TUtil0, record.PUtil0])
        {
            if (text.Any(char.IsControl))
            {
                violations.Add($"{Kind(record)} {record.Name}: a text field holds a control character");
            }
        }
    }

    internal static void CheckDisks(GroupConfiguration configuration, List<string> violations)
    {
        HashSet<string> identities = new(StringComparer.Ordinal);
        foreach (DiskRecord disk in configuration.Disks.Values)
        {
            if (disk.PublicLength < 0 || disk.PublicLength % Alignment.Sector != 0)
            {
                violations.Add($"disk {disk.Name}: public length {disk.PublicLength} is not a number of sectors");
            }

            if (disk.PrivateLength < 0 || disk.PrivateLength % Alignment.Sector != 0)
            {
                violations.Add($"disk {disk.Name}: private length {disk.PrivateLength} is not a number of sectors");
            }

            if (!identities.Add(disk.DiskId))
            {
                violations.Add($"disk {disk.Name}: another disk has the same disk id {disk.DiskId}");
            }
        }
    }

    private static void CheckSubdisks(GroupConfiguration configuration, List<string> violations)
    {
        foreach (SubdiskRecord subdisk in configuration.Subdisks.Values)
        {
            CheckSubdisk(configuration, subdisk, violations);
        }

        foreach (IGrouping<RecordId, SubdiskRecord> disk in configuration.Subdisks.Values.GroupBy(s => s.DiskId))
        {
            CheckOverlap(disk, violations);
        }
    }

    internal static void CheckSubdisk(
        GroupConfiguration configuration, SubdiskRecord subdisk, List<string> violations)
    {
        long unit = Alignment.Of(configuration);
        if (subdisk.PlexId is { } plex && !configuration.Plexes.ContainsKey(plex))
        {
            violations.Add($"subdisk {subdisk.Name}: its plex {plex} does not exist");
        }

        if (subdisk.Length <= 0 || subdisk.Length % unit != 0 || subdisk.DiskOffset % unit != 0)
        {
            violations.Add($"subdisk {subdisk.Name}: offset {subdisk.DiskOffset} and length {subdisk.Length} are "
                + $"not aligned to {unit} bytes");
        }

        if (!configuration.Disks.TryGetValue(subdisk.DiskId, out DiskRecord? disk))
        {
            violations.Add($"subdisk {subdisk.Name}: its disk {subdisk.DiskId} does not exist");
        }
        else if (subdisk.DiskOffset < 0 || subdisk.Length > disk.PublicLength
            || subdisk.DiskOffset > disk.PublicLength - subdisk.Length)
        {
            violations.Add($"subdisk {subdisk.Name}: it leaves the public region of disk {disk.Name}");
        }
    }

    internal static void CheckOverlap(IEnumerable<SubdiskRecord> disk, List<string> violations)
    {
        Int128 end = Int128.MinValue;
        string name = "";
        foreach (SubdiskRecord subdisk in disk.OrderBy(subdisk => subdisk.DiskOffset))
        {
            if (subdisk.DiskOffset < end)
            {
                violations.Add($"subdisk {subdisk.Name}: it overlaps subdisk {name}");
            }

            if ((Int128)subdisk.DiskOffset + subdisk.Length > end)
            {
                end = (Int128)subdisk.DiskOffset + subdisk.Length;
                name = subdisk.Name;
            }
        }
    }

    internal static void CheckVolume(GroupConfiguration configuration, VolumeRecord volume, List<string> violations)
    {
        long unit = Alignment.Of(configuration);
        if (volume.Length <= 0 || volume.Length % unit != 0)
        {
            violations.Add($"volume {volume.Name}: length {volume.Length} is not a positive multiple of {unit} bytes");
        }

        if (!Enum.IsDefined(volume.State) || !Enum.IsDefined(volume.KernelState) || !Enum.IsDefined(volume.ReadPolicy))
        {
            violations.Add($"volume {volume.Name}: a state or its read policy is unknown");
        }

        if (volume.State == VolumeState.Empty && volume.KernelState == VolumeKernelState.Enabled)
        {
            violations.Add($"volume {volume.Name}: it is EMPTY and ENABLED");
        }

        if (volume.State == VolumeState.Clean && volume.KernelState == VolumeKernelState.Enabled)
        {
            violations.Add($"volume {volume.Name}: it is CLEAN and ENABLED");
        }

        if (volume.KernelState == VolumeKernelState.Enabled
            && !configuration.DataPlexesOf(volume.Id).Any(PlexQueries.IsReadable))
        {
            violations.Add($"volume {volume.Name}: it is ENABLED without a readable plex");
        }

        if (volume.PreferredPlexId is { } preferred
            && (!configuration.Plexes.TryGetValue(preferred, out PlexRecord? plex) || plex.VolumeId != volume.Id))
        {
            violations.Add($"volume {volume.Name}: its preferred plex {preferred} is not one of its plexes");
        }

        if (volume.ReadPolicy == ReadPolicy.Prefer && volume.PreferredPlexId is null)
        {
            violations.Add($"volume {volume.Name}: read policy PREFER names no plex");
        }
    }

    private static IEnumerable<KeyValuePair<RecordId, ObjectRecord>> All(GroupConfiguration configuration) =>
        Pairs(configuration.Disks).Concat(Pairs(configuration.Volumes)).Concat(Pairs(configuration.Plexes))
            .Concat(Pairs(configuration.Subdisks)).Concat(Pairs(configuration.Dcos))
            .Concat(Pairs(configuration.SubVolumes));

    private static IEnumerable<KeyValuePair<RecordId, ObjectRecord>> Pairs<T>(IReadOnlyDictionary<RecordId, T> records)
        where T : ObjectRecord =>
        records.Select(pair => KeyValuePair.Create(pair.Key, (ObjectRecord)pair.Value));

    internal static string Kind(ObjectRecord record) => record switch
    {
        DiskRecord => "disk",
        SubdiskRecord => "subdisk",
        PlexRecord => "plex",
        DcoRecord => "dco",
        SubVolumeRecord => "sub-volume",
        _ => "volume",
    };
}
