using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Configuration;

/// <summary>
/// The rules of layered volumes, for <see cref="ConfigurationChecks"/>: a volume of volumes has one plex, which holds
/// nothing but sub-volumes; a volume is below at most one, once; there are two levels and no more.
/// </summary>
internal static class LayeredChecks
{
    internal static void Check(GroupConfiguration configuration, List<string> violations)
    {
        HashSet<RecordId> below = [];
        long unit = Alignment.Of(configuration);
        foreach (SubVolumeRecord sub in configuration.SubVolumes.Values)
        {
            if (!configuration.Plexes.TryGetValue(sub.PlexId, out PlexRecord? plex) || plex.VolumeId is not { } above)
            {
                violations.Add($"sub-volume {sub.Name}: its plex does not exist or has no volume");
                continue;
            }

            if (!configuration.Volumes.TryGetValue(sub.VolumeId, out VolumeRecord? volume))
            {
                violations.Add($"sub-volume {sub.Name}: its volume does not exist");
                continue;
            }

            if (sub.Length <= 0 || sub.Length % unit != 0 || sub.Length > volume.Length)
            {
                violations.Add($"sub-volume {sub.Name}: its length {sub.Length} does not fit volume {volume.Name}");
            }

            if (!below.Add(sub.VolumeId))
            {
                violations.Add($"volume {volume.Name}: it is more than one sub-volume");
            }

            CheckLevels(configuration, above, volume, violations);
        }

        foreach (RecordId plex in configuration.SubVolumes.Values.Select(sub => sub.PlexId).Distinct())
        {
            CheckPlex(configuration, plex, violations);
        }
    }

    private static void CheckLevels(
        GroupConfiguration configuration, RecordId above, VolumeRecord volume, List<string> violations)
    {
        if (configuration.IsLayered(volume.Id))
        {
            violations.Add($"volume {volume.Name}: it is below a layered volume and layered itself");
        }

        if (configuration.DcoOf(above) is not null)
        {
            string? name = configuration.Volumes.GetValueOrDefault(above)?.Name;
            violations.Add($"volume {name}: a layered volume has the dcos of its sub-volumes");
        }

        foreach (RecordId id in (RecordId[])[above, volume.Id])
        {
            if (configuration.DcoOnLog(id) is { } dco)
            {
                violations.Add($"dco {dco.Name}: its log volume is layered, or a part of a layered volume");
            }
        }
    }

    private static void CheckPlex(GroupConfiguration configuration, RecordId id, List<string> violations)
    {
        if (configuration.Plexes.GetValueOrDefault(id) is not { VolumeId: { } volume } plex)
        {
            return; // said of its sub-volumes
        }

        if (plex.IsLog || plex.MovesInto is not null || configuration.SubdisksOf(id).Count > 0)
        {
            violations.Add($"plex {plex.Name}: it has sub-volumes and something else");
        }

        if (configuration.PlexesOf(volume).Count > 1)
        {
            violations.Add($"plex {plex.Name}: it has sub-volumes and is not the only plex of its volume");
        }
    }
}
