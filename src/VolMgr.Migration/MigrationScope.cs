using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Layout;

namespace VolMgr.Migration;

/// <summary>
/// What a request means in a group as it stands: which plexes and logs are on the old side. Reading it changes nothing;
/// a resumed migration reads it again, so the group itself, not a journal, says what is left to do.
/// </summary>
internal sealed record MigrationScope(
    DiskGroup Group,
    MigrationRequest Request,
    IReadOnlyList<VolumeRecord> Volumes,
    IReadOnlyDictionary<RecordId, string> Enclosures)
{
    /// <summary>Reads the scope, or says what is wrong with the request.</summary>
    public static Outcome<MigrationScope> Of(VolumeHost host, MigrationRequest request)
    {
        DiskGroup? group = host.FindGroup(request.DiskGroup);
        if (group is null)
        {
            return new Refusal(
                ErrorCode.NoDiskGroup,
                $"Disk group {request.DiskGroup} is not imported on {host.Name}; `vxdg list` shows those that are");
        }

        foreach (string? enclosure in (IEnumerable<string?>)[request.To, request.From])
        {
            if (enclosure is not null && host.Devices.Enclosures.All(known => known.Name != enclosure))
            {
                string known = string.Join(", ", host.Devices.Enclosures.Select(item => item.Name));
                return new Refusal(ErrorCode.NotFound, $"No enclosure {enclosure}; the host sees {known}");
            }
        }

        if (request.From == request.To)
        {
            return new Refusal(ErrorCode.Usage, $"{request.To} is both the source and the target: name two enclosures");
        }

        GroupConfiguration configuration = group.Current;
        string? missing = request.Volumes.FirstOrDefault(name => configuration.FindVolume(name) is null);
        if (missing is not null)
        {
            return new Refusal(ErrorCode.NotFound, $"No volume {missing} in disk group {group.Name}");
        }

        List<VolumeRecord> volumes = [.. configuration.Volumes.Values
            .Where(volume => request.Volumes.Count == 0 || request.Volumes.Contains(volume.Name)
                || configuration.VolumeAbove(volume.Id) is { } above && request.Volumes.Contains(above.Name))
            .OrderBy(volume => volume.Name, StringComparer.Ordinal)];
        Dictionary<RecordId, string> enclosures = group.Sites.ToDictionary(site => site.DiskId, site => site.Enclosure);
        return new MigrationScope(group, request, volumes, enclosures);
    }

    /// <summary>Whether a plex has a piece on the old side.</summary>
    public bool IsOld(GroupConfiguration configuration, PlexRecord plex) =>
        configuration.SubdisksOf(plex.Id).Any(subdisk => IsOldDisk(subdisk.DiskId));

    /// <summary>Whether a plex lies wholly on the new enclosure.</summary>
    public bool IsNew(GroupConfiguration configuration, PlexRecord plex) =>
        configuration.SubdisksOf(plex.Id).All(
            subdisk => Enclosures.TryGetValue(subdisk.DiskId, out string? name) && name == Request.To);

    /// <summary>
    /// Whether a disk is on the old side; a disk without a device counts only where no source is named.
    /// </summary>
    public bool IsOldDisk(RecordId disk)
    {
        bool isKnown = Enclosures.TryGetValue(disk, out string? name);
        return Request.From is null ? !isKnown || name != Request.To : isKnown && name == Request.From;
    }

    /// <summary>Data plexes on the old side that serve their volume.</summary>
    public IReadOnlyList<PlexRecord> OldPlexesOf(GroupConfiguration configuration, VolumeRecord volume) =>
        [.. configuration.DataPlexesOf(volume.Id).Where(plex => IsOld(configuration, plex))];

    /// <summary>Log plexes on the old side.</summary>
    public IReadOnlyList<PlexRecord> OldLogsOf(GroupConfiguration configuration, VolumeRecord volume) =>
        [.. configuration.PlexesOf(volume.Id).Where(plex => plex.IsLog && IsOld(configuration, plex))];

    /// <summary>Data plexes wholly on the new enclosure that are complete, or are being copied to.</summary>
    public int CountNewPlexes(GroupConfiguration configuration, VolumeRecord volume) =>
        configuration.DataPlexesOf(volume.Id).Count(
            plex => (plex.State == PlexState.Active || IsAttaching(plex)) && IsNew(configuration, plex));

    /// <summary>
    /// Log plexes to add on the new enclosure: one for each on the old side; and one for the duration where there is
    /// none at all.
    /// </summary>
    public int CountMissingLogs(GroupConfiguration configuration, VolumeRecord volume)
    {
        int logs = configuration.PlexesOf(volume.Id).Count(plex => plex.IsLog);
        int old = OldLogsOf(configuration, volume).Count;
        bool isUnlogged = logs == 0 && OldPlexesOf(configuration, volume).Count > 0;
        return Math.Max(0, Math.Max(old, isUnlogged ? 1 : 0) - (logs - old));
    }

    /// <summary>Whether a copy to the plex runs or was interrupted.</summary>
    public static bool IsAttaching(PlexRecord plex) =>
        plex.State is PlexState.TempRmSd or PlexState.TempRm or PlexState.Temp;

    /// <summary>The same request in the group as it stands now.</summary>
    public MigrationScope Again()
    {
        GroupConfiguration configuration = Group.Current;
        return this with
        {
            Volumes = [.. Volumes.Select(volume => configuration.Volumes.GetValueOrDefault(volume.Id))
                .OfType<VolumeRecord>()],
            Enclosures = Group.Sites.ToDictionary(site => site.DiskId, site => site.Enclosure),
        };
    }

    /// <summary>Storage on the new enclosure only.</summary>
    public static Outcome<StorageSpecification> Target(string enclosure) =>
        StorageSpecification.Parse([$"enclr:{enclosure}"]);
}
