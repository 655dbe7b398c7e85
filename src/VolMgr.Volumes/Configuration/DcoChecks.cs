using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Configuration;

/// <summary>The rules of data change objects and of the maps of detached plexes, for
/// <see cref="ConfigurationChecks"/>.</summary>
internal static class DcoChecks
{
    internal static void Check(GroupConfiguration configuration, List<string> violations)
    {
        HashSet<RecordId> volumes = [];
        foreach (DcoRecord dco in configuration.Dcos.Values)
        {
            if (!configuration.Volumes.ContainsKey(dco.VolumeId)
                || !configuration.Volumes.TryGetValue(dco.LogVolumeId, out VolumeRecord? log))
            {
                violations.Add($"dco {dco.Name}: its volume or its log volume does not exist");
                continue;
            }

            if (!volumes.Add(dco.VolumeId) | !volumes.Add(dco.LogVolumeId))
            {
                violations.Add($"dco {dco.Name}: its volume or its log volume is part of another dco, or both are one");
            }

            if (!DetachMapGeometry.IsRegionSize(dco.RegionSize)
                || dco.Geometry(log.Length).PagesPerMap < 1)
            {
                violations.Add($"dco {dco.Name}: regions of {dco.RegionSize} bytes do not fit volume {log.Name}");
            }
        }

        violations.AddRange(configuration.Dcos.Values
            .Where(dco => dco.HasLog && configuration.PlexesOf(dco.VolumeId).Any(plex => plex.IsLog))
            .Select(dco => $"dco {dco.Name}: it has a dirty region log, and its volume has another one"));
        HashSet<(RecordId Volume, int Map)> maps = [];
        foreach (PlexRecord plex in configuration.Plexes.Values.Where(plex => plex.DetachMap is not null))
        {
            int map = plex.DetachMap ?? 0;
            if (plex is not { State: PlexState.Stale, VolumeId: { } volume } || configuration.DcoOf(volume) is null
                || map is < 0 or >= DetachMapGeometry.MapCount || !maps.Add((volume, map)))
            {
                violations.Add($"plex {plex.Name}: its detach map {map} does not fit");
            }
        }
    }
}
